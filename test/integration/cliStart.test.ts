import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startDemoServer, type DemoServer } from '../../src/demo/demoServer.ts';
import { CLI, duplex, spawnDuplex, type Result } from './cliProcess.ts';

let demo: DemoServer;
let folder: string;
beforeAll(async () => {
  demo = await startDemoServer({ port: 0 });
  folder = mkdtempSync(join(tmpdir(), 'duplex-start-'));
});
afterAll(async () => {
  await demo.close();
  rmSync(folder, { recursive: true });
});

/** Runs a command line and returns the loaded modules of Node and bundles of Duplex. */
async function loadedBy(args: readonly string[]): Promise<{ builtins: string[]; files: string[] }> {
  const report = join(folder, 'report.json');
  const preload = join(folder, 'report.cjs');
  writeFileSync(
    preload,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(report)}, JSON.stringify({
       builtins: process.moduleLoadList, files: Object.keys(require.cache) })));`,
  );
  await duplex(args, 'closed', { env: { NODE_OPTIONS: `--require ${preload}` } });
  const { builtins, files } = JSON.parse(readFileSync(report, 'utf8')) as Record<string, string[]>;
  return {
    builtins: builtins!.map((name) => name.replace('NativeModule ', '')),
    files: files!.map((file) => file.replace(/^.*[\\/]dist[\\/]/, '')),
  };
}

describe('the start loads only the modules that the command needs', () => {
  test('connect: one bundle, without the Node modules that ws requires', async () => {
    const { builtins, files } = await loadedBy([
      'connect',
      `${demo.url}/echo`,
      '--no-deflate',
      '--wait',
      '1ms',
    ]);
    expect(files.filter((file) => file.startsWith('cli')).sort()).toEqual(['cli.js', 'cliSession.js']);
    for (const name of ['http', 'https', 'tls', 'zlib', 'child_process', 'worker_threads'])
      expect(builtins).not.toContain(name);
  });

  test.each([
    ['check', ['check', 'none.ws'], 'cliAll.js'],
    ['run', ['run', 'none.ws'], 'cliAll.js'],
    ['log', ['log', 'none'], 'cliSession.js'],
    ['serve', ['serve', '--port', 'x'], 'cliAll.js'],
    ['help', ['--help'], 'cliAll.js'],
    ['a misspelt command', ['conect'], 'cliAll.js'],
    ['a name that every object has', ['constructor'], 'cliAll.js'],
  ])('%s: one bundle', async (_name, args, bundle) => {
    const { files } = await loadedBy(args);
    expect(files.filter((file) => file.startsWith('cli')).sort()).toEqual(['cli.js', bundle].sort());
  });
});

const NODE_CACHES = 'enableCompileCache' in (await import('node:module'));

describe('what V8 compiles is kept for the next start', () => {
  const connect = (): string[] => ['connect', `${demo.url}/echo`, '--wait', '1ms'];
  const filesIn = (cache: string): string[] => {
    const files = join(cache, 'duplex/compile-cache');
    return existsSync(files) ? readdirSync(files).sort() : [];
  };

  test('in the cache folder of the user, unless Node is told not to', async () => {
    const cache = join(folder, 'cache');
    const off = { XDG_CACHE_HOME: cache, NODE_DISABLE_COMPILE_CACHE: '1' };
    await duplex(connect(), 'closed', { env: off });
    expect(filesIn(cache)).toEqual([]);
    await duplex(connect(), 'closed', { env: { XDG_CACHE_HOME: cache } });
    expect(filesIn(cache)).not.toEqual([]);
  });

  test('in no folder where a file has its name', async () => {
    const cache = join(folder, 'occupied');
    writeFileSync(cache, 'a file');
    const { status, stderr } = await duplex(connect(), 'closed', { env: { XDG_CACHE_HOME: cache } });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  // From Node 22.1 on the cache is Node's own.
  describe.skipIf(NODE_CACHES)('by Duplex, for Node below 22.1', () => {
    let cache: string;
    beforeEach(() => (cache = mkdtempSync(join(folder, 'cache-'))));
    const run = (args: readonly string[], cli = CLI): Promise<Result> =>
      spawnDuplex(cli, args, 'closed', { env: { XDG_CACHE_HOME: cache } }).result;
    const cached = (): string => join(cache, 'duplex/compile-cache', filesIn(cache)[0]!);

    test('a file for each bundle and command that succeeds, for its owner alone', async () => {
      await run(['connect', 'ws://127.0.0.1:1']);
      await run(['constructor']);
      expect(filesIn(cache)).toEqual([]);
      await run(connect());
      await run(['check', 'examples/1-first-message.ws']);
      await run(['--version']);
      const names = filesIn(cache).map((name) => name.replace(/-v.*/, ''));
      expect(names).toEqual(['cliAll-check', 'cliAll-none', 'cliSession-connect']);
      expect(statSync(join(cache, 'duplex/compile-cache')).mode & 0o077).toBe(0);
      expect(statSync(cached()).mode & 0o077).toBe(0);
    });

    test('the next start reads it and writes nothing', async () => {
      await run(connect());
      const before = statSync(cached());
      expect((await run(connect())).status).toBe(0);
      expect(statSync(cached())).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
    });

    test.each([
      ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
      ['empty', () => Buffer.alloc(0)],
      ['damaged at its start', (bytes: Buffer) => flipped(bytes, 3)],
      ['damaged in the code', (bytes: Buffer) => flipped(bytes, bytes.length >> 1)],
    ])('a file that is %s is compiled again', async (_name, damage) => {
      await run(connect());
      const whole = readFileSync(cached());
      writeFileSync(cached(), damage(whole));
      const { status, stdout } = await run(connect());
      expect(status).toBe(0);
      expect(stdout).toMatch(/open +101/);
      expect(readFileSync(cached()).length).toBeGreaterThan(whole.length * 0.9);
    });

    test('a bundle that is replaced by one of the same size and time is compiled again', async () => {
      const copy = mkdtempSync(join(folder, 'dist-'));
      for (const name of ['cli.js', 'cliSession.js']) cpSync(join(CLI, '..', name), join(copy, name));
      cpSync(join(CLI, '../libraries'), join(copy, 'libraries'), { recursive: true });
      const bundle = join(copy, 'cliSession.js');
      const source = readFileSync(bundle, 'utf8');
      const release = (text: string): void => {
        rmSync(bundle);
        writeFileSync(bundle, text);
        utimesSync(bundle, 0, 0);
      };
      release(source);
      const help = async (): Promise<string> =>
        (await run(['connect', '--help'], join(copy, 'cli.js'))).stdout;
      const option = 'echo each received message';
      const before = await help();
      expect(source.includes(option)).toBe(true);
      expect(before).toContain(option);
      release(source.replaceAll(option, option.toUpperCase()));
      expect(await help()).toBe(before.replaceAll(option, option.toUpperCase()));
    });
  });
});

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 0xff;
  return copy;
}
