import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** The module object that a CommonJS file receives. */
export interface ModuleExports {
  exports: unknown;
}

type Wrapped = (
  this: unknown,
  exports: unknown,
  require: NodeJS.Require,
  module: ModuleExports,
  path: string,
  folder: string,
) => unknown;

const [PREFIX, SUFFIX] = Module.wrap('\0').split('\0') as [string, string];

/** A fast hash is enough: it detects damage, not attacks, because the folder belongs to the user. */
const HASH = 'sha1';
const HASH_BYTES = 20;

/**
 * A CommonJS file with the code that V8 compiled in an earlier process, which loads in a fraction of the time. Packages
 * that do this keep the code as it is before the file runs. V8 compiles a function when it is first called, so their
 * code lacks most functions. Here, the caller decides when the code is kept, with all functions that were called until
 * then.
 */
export class CompiledBundle {
  readonly #script: Script;
  readonly #cachePath: string;
  readonly #version: string;
  #isKept = false;

  /**
   * @param path absolute path of the file
   * @param source text of the file
   * @param cacheFolder a folder of the user, created when the code is first kept
   * @param use separates the caches of uses that call different functions
   * @throws SyntaxError if the source is invalid
   */
  constructor(
    private readonly path: string,
    source: string,
    cacheFolder: string,
    use: string,
  ) {
    const name = [basename(path, '.js'), use, process.version, process.arch].join('-');
    this.#cachePath = join(cacheFolder, `${name}.bin`);
    // Writing or replacing a file changes its ctime, whatever its mtime is: packages are unpacked with a fixed mtime.
    const { size, mtimeMs, ctimeMs, ino } = statSync(path);
    this.#version = [path, size, mtimeMs, ctimeMs, ino, process.versions.v8].join(' ');
    const cachedData = this.#read();
    this.#script = new Script(PREFIX + source.replace(/^#!.*/, '') + SUFFIX, {
      filename: path,
      // Keeps the columns of the file in stack traces.
      columnOffset: -PREFIX.length,
      ...(cachedData && { cachedData }),
    });
    this.#isKept = cachedData !== undefined && this.#script.cachedDataRejected !== true;
  }

  /** Runs the file as Node would. */
  run(module: ModuleExports): void {
    const { path } = this;
    const require = createRequire(path);
    const wrapped = this.#script.runInThisContext() as Wrapped;
    wrapped.call(module.exports, module.exports, remembering(require), module, path, dirname(path));
  }

  /**
   * Writes the code that V8 has compiled so far, unless a cache was read. If writing fails, the next start compiles
   * again.
   */
  keep(): void {
    if (this.#isKept) return;
    this.#isKept = true;
    const partial = `${this.#cachePath}.${process.pid}`;
    try {
      // The code of a cache is executed, so only its owner may access the folder.
      mkdirSync(dirname(this.#cachePath), { recursive: true, mode: 0o700 });
      const data = this.#script.createCachedData();
      writeFileSync(partial, Buffer.concat([this.#hash(data), data]), { mode: 0o600, flag: 'wx' });
      renameSync(partial, this.#cachePath);
    } catch {
      discard(partial);
    }
  }

  #read(): Buffer | undefined {
    let bytes;
    try {
      bytes = readFileSync(this.#cachePath);
    } catch {
      // At the first start, or if the folder cannot be read, the file is compiled without a cache.
      return undefined;
    }
    const data = bytes.subarray(HASH_BYTES);
    return this.#hash(data).equals(bytes.subarray(0, HASH_BYTES)) ? data : undefined;
  }

  /** A hash is needed, because V8 compares only the length of a source, and crashes on damaged code. */
  #hash(data: Uint8Array): Buffer {
    return createHash(HASH).update(this.#version).update(data).digest();
  }
}

/**
 * Caches required modules. Each module of a bundle calls `require` itself, and an extension host searches for the
 * extension of the path at each call.
 */
function remembering(require: NodeJS.Require): NodeJS.Require {
  const loaded = new Map<string, unknown>();
  const remembered = (id: string): unknown => {
    if (!loaded.has(id)) loaded.set(id, require(id));
    return loaded.get(id);
  };
  return Object.assign(remembered, require);
}

function discard(partial: string): void {
  try {
    unlinkSync(partial);
  } catch {
    // The temporary file does not exist.
  }
}
