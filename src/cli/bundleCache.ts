import Module from 'node:module';
import { sep } from 'node:path';
import { CompiledBundle, type ModuleExports } from '../files/compiledBundle.ts';
import { EXIT } from './exitStatus.ts';

type Compile = (this: ModuleExports, source: string, path: string) => unknown;

/** UTF-16 code units below which V8 compiles a file faster than a cache is read. */
const MIN_SOURCE_LENGTH = 50_000;

/**
 * Caches the compiled code of large files of a folder, for Node below 22.1.
 * @param folder folder of the files
 * @param cache folder for the compiled code
 * @param command the first argument: each command has its own cache, because it calls other functions
 */
export function cacheBundles(folder: string, cache: string, command: string | undefined): void {
  // The method by which Node compiles a CommonJS file; Node's types omit it.
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
    // A failed command has not called all functions that it usually calls.
    if (status === EXIT.ok) for (const bundle of bundles) bundle.keep();
  });
}
