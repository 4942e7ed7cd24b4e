import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** What a CommonJS file gets as its module. */
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

/** Finds damage, not malice: the folder is the user's own. */
const HASH = 'sha1';
const HASH_BYTES = 20;

/**
 * A CommonJS file with the code that V8 made of it in an earlier process, which costs a fraction of compiling it. The
 * packages that do the same keep the code as it is before it runs: V8 compiles a function when it is first called, so
 * theirs lacks most functions. Here the code is kept when the caller says so, with all functions that were called.
 */
export class CompiledBundle {
  readonly #script: Script;
  readonly #cachePath: string;
  readonly #version: string;
  #isKept = false;

  /**
   * @param path of the file, absolute
   * @param source its text
   * @param cacheFolder the user's own; it is made when the code is first kept
   * @param use separates the caches of uses that call different functions
   * @throws SyntaxError
   */
  constructor(
    private readonly path: string,
    source: string,
    cacheFolder: string,
    use: string,
  ) {
    const name = [basename(path, '.js'), use, process.version, process.arch].join('-');
    this.#cachePath = join(cacheFolder, `${name}.bin`);
    // A file that is written or replaced has another time of change, whatever its time of modification is: packages are
    // unpacked with a fixed one.
    const { size, mtimeMs, ctimeMs, ino } = statSync(path);
    this.#version = [path, size, mtimeMs, ctimeMs, ino, process.versions.v8].join(' ');
    const cachedData = this.#read();
    this.#script = new Script(PREFIX + source.replace(/^#!.*/, '') + SUFFIX, {
      filename: path,
      // Keeps the columns of stack traces those of the file.
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

  /** Writes what V8 has compiled so far, unless it was read. If that fails, the next start compiles once more. */
  keep(): void {
    if (this.#isKept) return;
    this.#isKept = true;
    const partial = `${this.#cachePath}.${process.pid}`;
    try {
      // The code of a cache is run: the folder is its owner's alone.
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
}

/**
 * Caches required modules: each module of a bundle requires its own, and an extension host searches every time for
 * the extension that a path belongs to.
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
    // The cache was never written.
  }
}
