import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { basename, dirname, join, sep } from 'node:path';
import { Script } from 'node:vm';
import { EXIT } from './exitStatus.ts';

/** Node compiles a CommonJS file by this method of its modules, which is not in its types. */
interface CompilingModule {
  exports: unknown;
  _compile(source: string, path: string): unknown;
}

type Wrapped = (
  this: unknown,
  exports: unknown,
  require: NodeJS.Require,
  module: CompilingModule,
  path: string,
  folder: string,
) => unknown;

/** Below this size, in UTF-16 code units, V8 compiles a file faster than a cache is read. */
const MIN_SOURCE_LENGTH = 50_000;

/** Finds damage, not malice: the folder is the user's own. */
const HASH = 'sha1';
const HASH_BYTES = 20;

/**
 * Caches the compiled code of large files of a folder, for Node below 22.1. The packages that do the same keep the code
 * as it is before it runs: V8 compiles a function when it is first called, so their cache lacks most of them. Here the
 * cache is taken at the end, with all functions that were called. Each command has its own, because each calls others.
 * @param bundles the folder of the files
 * @param folder where the cache lies; it is made when it is first written
 * @param command the first argument
 */
export function cacheBundles(bundles: string, folder: string, command: string | undefined): void {
  const prototype = Module.prototype as unknown as CompilingModule;
  const { _compile: compile } = prototype as {
    readonly _compile: (this: CompilingModule, source: string, path: string) => unknown;
  };
  const [prefix, suffix] = Module.wrap('\0').split('\0') as [string, string];
  const name = /^[a-z]{1,20}$/.test(command ?? '') ? command : 'none';
  const compiled: CachedScript[] = [];
  prototype._compile = function (source, path) {
    if (!path.startsWith(bundles + sep) || source.length < MIN_SOURCE_LENGTH)
      return compile.call(this, source, path);
    const file = `${basename(path, '.js')}-${name}-${process.version}-${process.arch}.bin`;
    const cached = new CachedScript(join(folder, file), path);
    const code = prefix + source.replace(/^#!.*/, '') + suffix;
    // The offset keeps the columns of stack traces those of the file.
    const options = { filename: path, columnOffset: -prefix.length };
    const script = new Script(code, cached.data ? { ...options, cachedData: cached.data } : options);
    if (cached.data === undefined || script.cachedDataRejected) {
      cached.script = script;
      compiled.push(cached);
    }
    const run = script.runInThisContext() as Wrapped;
    return run.call(this.exports, this.exports, createRequire(path), this, path, dirname(path));
  };
  process.on('exit', (status) => {
    // A command that fails has not called the functions that it usually calls.
    if (status === EXIT.ok) for (const each of compiled) each.write();
  });
}

/** What V8 made of one file, as a file of the cache: a hash, and then what is hashed besides the version of the source. */
class CachedScript {
  readonly data: Buffer | undefined;
  script: Script | undefined;
  readonly #path: string;
  readonly #version: string;

  constructor(path: string, source: string) {
    this.#path = path;
    // A file that is written or replaced has another time of change, whatever its time of modification is: packages are
    // unpacked with a fixed one.
    const { size, mtimeMs, ctimeMs, ino } = statSync(source);
    this.#version = `${source} ${size} ${mtimeMs} ${ctimeMs} ${ino}`;
    this.data = this.#read();
  }

  #read(): Buffer | undefined {
    let bytes;
    try {
      bytes = readFileSync(this.#path);
    } catch {
      // The first start, or a folder that cannot be read: the file is compiled as without a cache.
      return undefined;
    }
    const data = bytes.subarray(HASH_BYTES);
    return this.#hash(data).equals(bytes.subarray(0, HASH_BYTES)) ? data : undefined;
  }

  /** V8 compares no more of a source than its length, and crashes on code that is damaged. */
  #hash(data: Uint8Array): Buffer {
    return createHash(HASH).update(this.#version).update(data).digest();
  }

  write(): void {
    const partial = `${this.#path}.${process.pid}`;
    try {
      // The code of a cache is run: the folder is its owner's alone.
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      const data = this.script!.createCachedData();
      writeFileSync(partial, Buffer.concat([this.#hash(data), data]), { mode: 0o600, flag: 'wx' });
      renameSync(partial, this.#path);
    } catch {
      // The next start compiles once more. Nothing that the user asked for is lost.
      discard(partial);
    }
  }
}

function discard(partial: string): void {
  try {
    unlinkSync(partial);
  } catch {
    // It was never written.
  }
}
