import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDemoServer, type DemoServer } from '../../src/demo/demoServer.ts';
import { duplex } from './cliProcess.ts';

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

/** Runs a command line and tells which of Node's modules and of our bundles it loaded. */
async function loadedBy(args: readonly string[]): Promise<{ builtins: string[]; files: string[] }> {
  const report = join(folder, 'report.json');
  const preload = join(folder, 'report.cjs');
  writeFileSync(
    preload,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(report)}, JSON.stringify({
       builtins: process.moduleLoadList, files: Object.keys(require.cache) })));`,
  );
  await duplex(args, 'closed', { env: { NODE_OPTIONS: `--require ${preload}` } });
  const { readFileSync } = await import('node:fs');
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

const hasCache = 'enableCompileCache' in (await import('node:module'));

test.skipIf(!hasCache)('what Node compiles is kept in the folder of the user', async () => {
  const env = { XDG_CACHE_HOME: join(folder, 'cache') };
  await duplex(['connect', `${demo.url}/echo`, '--wait', '1ms'], 'closed', { env });
  expect(readdirSync(join(folder, 'cache/duplex/compile-cache')).length).toBeGreaterThan(0);
});
