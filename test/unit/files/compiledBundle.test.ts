import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { CompiledBundle } from '../../../src/files/compiledBundle.ts';
import { temporaryFolder } from '../../support/folders.ts';

const SOURCE = `#!/usr/bin/env node
'use strict';
const { basename } = require('node:path');
exports.name = basename(__filename);
exports.folder = __dirname;
exports.itself = this === exports && module.exports === exports;
exports.resolve = (name) => require.resolve(name);
exports.fail = function fail() { throw new Error('here'); };
`;

interface Exports {
  readonly name: string;
  readonly folder: string;
  readonly itself: boolean;
  readonly value?: unknown;
  resolve(name: string): string;
  fail(): never;
}

let folder: string;
let path: string;
let cache: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  path = join(folder, 'bundle.js');
  cache = join(folder, 'a', 'cache');
  writeFileSync(path, SOURCE);
});

function bundle(use = 'test'): CompiledBundle {
  return new CompiledBundle(path, readFileSync(path, 'utf8'), cache, use);
}

function run(made = bundle()): Exports {
  const module = { exports: {} };
  made.run(module);
  return module.exports as Exports;
}

const cached = (): string[] => (existsSync(cache) ? readdirSync(cache).sort() : []);
const only = (): string => join(cache, cached()[0]!);

function keep(use?: string): void {
  const made = bundle(use);
  run(made);
  made.keep();
}

describe('a bundle with its compiled code', () => {
  it.each([
    ['the first time', () => undefined],
    ['from the cache', () => keep()],
  ])('runs as Node would run it: %s', (_name, prepare) => {
    prepare();
    const exports = run();
    expect(exports).toMatchObject({ name: 'bundle.js', folder, itself: true });
    expect(exports.resolve('./bundle.js')).toBe(path);
    expect(exports.resolve('node:fs')).toBe('node:fs');
    // Line and column are those of the file, its first line too.
    expect(() => exports.fail()).toThrow(
      expect.objectContaining({ stack: expect.stringContaining(`${path}:8:40`) as unknown }),
    );
    writeFileSync(path, 'throw new Error("first line");');
    expect(() => run()).toThrow(
      expect.objectContaining({ stack: expect.stringContaining(`${path}:1:7`) as unknown }),
    );
  });

  it('requires a module once, however often its parts ask for it', () => {
    const counter = join(folder, 'counter.js');
    writeFileSync(counter, 'exports.value = 1;');
    writeFileSync(
      path,
      `exports.first = require('./counter.js');
delete require.cache[${JSON.stringify(counter)}];
exports.second = require('./counter.js');
try { require('./missing.js'); } catch (error) { exports.value = error.code; }`,
    );
    const exports = run() as Exports & { first: unknown; second: unknown };
    expect(exports.first).toEqual({ value: 1 });
    expect(exports.second).toBe(exports.first);
    expect(exports.value).toBe('MODULE_NOT_FOUND');
  });

  it('keeps nothing by itself, and one file for each use', () => {
    run();
    expect(cached()).toEqual([]);
    keep('one');
    keep('two');
    keep('two');
    const suffix = `${process.version}-${process.arch}.bin`;
    expect(cached()).toEqual([`bundle-one-${suffix}`, `bundle-two-${suffix}`]);
  });

  it('writes once, and not what it has read', () => {
    const made = bundle();
    made.keep();
    made.keep();
    const before = statSync(only());
    keep();
    expect(statSync(only())).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['empty', () => Buffer.alloc(0)],
    ['shorter than a hash', (bytes) => bytes.subarray(0, 10)],
    ['only a hash', (bytes) => bytes.subarray(0, 20)],
    ['cut off', (bytes) => bytes.subarray(0, -1)],
    ['longer', (bytes) => Buffer.concat([bytes, Buffer.from([0])])],
    ['another in its hash', (bytes) => changed(bytes, 0)],
    ['another in its code', (bytes) => changed(bytes, bytes.length - 8)],
    [
      'zeros from its middle on',
      (bytes) => Buffer.concat([bytes.subarray(0, 100), Buffer.alloc(bytes.length - 100)]),
    ],
  ])('compiles again if the cache is %s, and replaces it', (_name, damage) => {
    keep();
    const whole = readFileSync(only());
    writeFileSync(only(), damage(whole));
    keep();
    expect(readFileSync(only()).length).toBe(whole.length);
    expect(run().name).toBe('bundle.js');
  });

  it('runs the new file if that has the size and the time of the one before', () => {
    const release = (value: number): void => {
      rmSync(path);
      writeFileSync(path, `exports.value = ${value};`);
      utimesSync(path, 0, 0);
    };
    release(1);
    keep();
    release(2);
    expect(run().value).toBe(2);
    expect(cached()).toHaveLength(1);
  });

  it('does without a cache that cannot be read or written', () => {
    writeFileSync(join(folder, 'a'), 'a file where the folder would be');
    keep();
    expect(run().name).toBe('bundle.js');
    rmSync(join(folder, 'a'));
    keep();
    const kept = only();
    rmSync(kept);
    // The name of the next file is taken.
    writeFileSync(`${kept}.${process.pid}`, 'left behind by a process of the same id');
    keep();
    expect(existsSync(kept)).toBe(false);
    keep();
    expect(existsSync(kept)).toBe(true);
  });

  it.skipIf(process.platform === 'win32')('is for its owner alone', () => {
    keep();
    expect(statSync(cache).mode & 0o077).toBe(0);
    expect(statSync(only()).mode & 0o077).toBe(0);
  });

  it('throws what is no JavaScript', () => {
    writeFileSync(path, 'const const');
    expect(() => bundle()).toThrow(SyntaxError);
    expect(cached()).toEqual([]);
  });
});

function changed(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 0xff;
  return copy;
}
