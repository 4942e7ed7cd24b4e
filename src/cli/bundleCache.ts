import Module from 'node:module';
import { sep } from 'node:path';
import { CompiledBundle, type ModuleExports } from '../files/compiledBundle.ts';
import { EXIT } from './exitStatus.ts';

type Compile = (this: ModuleExports, source: string, path: string) => unknown;

/** Below this size, in UTF-16 code units, V8 compiles a file faster than a cache is read. */
const MIN_SOURCE_LENGTH = 50_000;

/**
 * Caches the compiled code of large files of a folder, for Node below 22.1.
 * @param folder of the files
 * @param cache folder of the compiled code
 * @param command the first argument: each command has its own cache, because each calls other functions
 */
export function cacheBundles(folder: string, cache: string, command: string | undefined): void {
  // Node compiles a CommonJS file by this method of its modules, which is not in its types.
  const prototype = Module.prototype as unknown as { _compile: Compile };
  const compile = prototype._compile;
  const use = /^[a-z]{1,20}$/.test(command ?? '') ? command! : 'none';
  const bundles: CompiledBundle[] = [];
  prototype._compile = function (source, path) {
    if (!path.startsWith(folder + sep) || source.length < MIN_SOURCE_LENGTH)
      return compile.call(this, source, path);
    const bundle = new CompiledBundle(path, source, cache, use);
    bundles.push(bundle);
    return bundle.run(this);
  };
  process.on('exit', (status) => {
    // A command that fails has not called the functions that it usually calls.
    if (status === EXIT.ok) for (const bundle of bundles) bundle.keep();
  });
}
