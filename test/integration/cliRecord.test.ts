import { appendFile, mkdtemp, rm, truncate, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startDemoServer, type DemoServer } from '../../src/demo/demoServer.ts';
import { duplex, endAll, jsonLines, start, texts } from './cliProcess.ts';

let demo: DemoServer;
let parent: string;
/** Where a test records. */
let folder: string;
beforeAll(async () => {
  demo = await startDemoServer({ port: 0 });
});
afterAll(() => demo.close());
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'duplex-cli-'));
  folder = join(parent, 'session');
});
afterEach(async () => {
  endAll();
  await rm(parent, { recursive: true });
});

describe('connect --record', () => {
  test('records exactly what --json prints: log prints the same lines', async () => {
    const args = ['connect', `${demo.url}/binary`, '--record', folder, '--json', '--wait', '300ms'];
    const printed = await duplex([...args, '--send', 'täxt', '--send', '', '--send', '\u009b31m']);
    expect(printed.status).toBe(0);
    expect(jsonLines(printed.stdout).length).toBe(12);
    const logged = await duplex(['log', folder, '--json']);
    expect(logged).toMatchObject({ status: 0, stderr: '', stdout: printed.stdout });
  });

  test('so does the output for people', async () => {
    const printed = await duplex(['connect', `${demo.url}/burst?n=100`, '--record', folder]);
    expect(printed.stdout.split('\n').length).toBe(103);
    expect((await duplex(['log', folder])).stdout).toBe(printed.stdout);
  });

  test('records a refused handshake', async () => {
    const printed = await duplex(['connect', `${demo.url}/refuse?status=418`, '--record', folder, '--json']);
    expect(printed.status).toBe(3);
    const logged = await duplex(['log', folder, '--json']);
    expect(logged.stdout).toBe(printed.stdout);
    expect(jsonLines(logged.stdout)[0]).toMatchObject({ kind: 'error', status: 418 });
    expect(logged.status).toBe(0);
  });

  test('records 100,000 messages completely and in order, also with --quiet', async () => {
    const url = `${demo.url}/burst?n=100000&size=100`;
    expect(await duplex(['connect', url, '--record', folder, '--quiet'])).toMatchObject({
      status: 0,
      stdout: '',
    });
    const { stdout } = await duplex(['log', folder, '--json']);
    expect(jsonLines(stdout).every((line, i) => line.seq === i)).toBe(true);
    const numbers = texts(stdout, 'in').map((text) => (JSON.parse(text as string) as { n: number }).n);
    expect(numbers.length).toBe(100_000);
    expect(numbers.every((n, i) => n === i)).toBe(true);
  });

  test('refuses a folder that already holds a recording with one sentence, and does not connect', async () => {
    await duplex(['connect', `${demo.url}/burst?n=3`, '--record', folder, '--quiet']);
    const before = (await duplex(['log', folder, '--json'])).stdout;
    const { status, stdout, stderr } = await duplex(['connect', `${demo.url}/burst?n=9`, '--record', folder]);
    expect(stderr).toMatch(/^duplex: [^\n]*session[^\n]*\n$/);
    expect(stdout).toBe('');
    expect(status).toBe(2);
    expect((await duplex(['log', folder, '--json'])).stdout).toBe(before);
  });

  test('a folder that cannot be created is reported, and nothing connects', async () => {
    const file = join(parent, 'file');
    await appendFile(file, 'no folder');
    const { status, stdout, stderr } = await duplex([
      ...['connect', `${demo.url}/echo`, '--record', join(file, 'session')],
    ]);
    expect(stderr).toMatch(/^duplex: [^\n]*file[^\n]*session[^\n]*\n$/);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  test('a second Ctrl+C still brings everything to disk', async () => {
    const args = [
      'connect',
      `${demo.url}/ticker?rate=5000`,
      '--record',
      folder,
      '--json',
      '--close-timeout',
      '1h',
    ];
    const { child, result, prints } = start(args, 'open');
    await prints(/"seq":1000,/);
    child.kill('SIGINT');
    child.kill('SIGINT');
    const { stdout } = await result;
    const logged = (await duplex(['log', folder, '--json'])).stdout;
    expect(logged.startsWith(stdout.slice(0, stdout.lastIndexOf('\n', stdout.length - 2) + 1))).toBe(true);
    expect(jsonLines(logged).at(-1)).toMatchObject({ kind: 'close' });
  });
});

describe('a recorder that is killed with -9', () => {
  test('loses at most the last 250 ms, and its folder opens again', async () => {
    const { child, result } = start([
      'connect',
      `${demo.url}/ticker?rate=10000`,
      '--record',
      folder,
      '--quiet',
    ]);
    await expect
      .poll(async () => (await stat(join(folder, 'index.bin'))).size, { timeout: 10_000 })
      .toBeGreaterThan(300_000);
    const killed = Date.now();
    child.kill('SIGKILL');
    await result;
    const { status, stdout } = await duplex(['log', folder, '--json']);
    expect(status).toBe(0);
    const ticks = texts(stdout, 'in').map(
      (text) => JSON.parse(text as string) as { seq: number; time: number },
    );
    expect(ticks.every((tick, i) => tick.seq === i)).toBe(true);
    expect(killed - (ticks.at(-1)?.time ?? 0)).toBeLessThanOrEqual(250);
  });
});

describe('log', () => {
  async function record(messages: number): Promise<void> {
    await duplex(['connect', `${demo.url}/burst?n=${messages}`, '--record', folder, '--quiet']);
  }
  async function seqs(...args: string[]): Promise<number[]> {
    return jsonLines((await duplex(['log', folder, '--json', ...args])).stdout).map(({ seq }) => seq);
  }

  test('--range prints the rows it names, the last included', async () => {
    await record(10);
    expect(await seqs('--range', '3..5')).toEqual([3, 4, 5]);
    expect(await seqs('--range', '10..')).toEqual([10, 11]);
    expect(await seqs('--range', '..1')).toEqual([0, 1]);
    expect(await seqs('--range', '7')).toEqual([7]);
    expect(await seqs('--range', '11..500')).toEqual([11]);
    expect(await seqs('--range', '12..')).toEqual([]);
    expect((await duplex(['log', folder, '--range', '5..3'])).status).toBe(2);
  });

  test('pages of a large recording join without a seam', async () => {
    await record(5000);
    expect(await seqs()).toEqual(Array.from({ length: 5002 }, (_, seq) => seq));
    expect(await seqs('--range', '1999..4001')).toEqual(Array.from({ length: 2003 }, (_, i) => 1999 + i));
  });

  test('a torn tail is left out and reported', async () => {
    await record(10);
    const index = join(folder, 'index.bin');
    await truncate(index, (await stat(index)).size - 10);
    const { status, stdout, stderr } = await duplex(['log', folder, '--json']);
    expect(jsonLines(stdout).map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(stderr).toMatch(
      /^duplex: \d+ bytes behind row 10 are not a whole row and were left out: [^\n]*\n$/,
    );
    expect(status).toBe(0);
  });

  test('payload bytes that no row points to are left out as well', async () => {
    await record(2);
    const whole = await duplex(['log', folder, '--json']);
    await appendFile(join(folder, 'payload-0000.bin'), 'half a mess');
    const torn = await duplex(['log', folder, '--json']);
    expect(torn.stdout).toBe(whole.stdout);
    expect(torn.stderr).toContain('11 bytes behind row 3');
  });

  test.each([
    ['a folder that is not a recording', () => parent],
    ['a folder that is not there', () => join(parent, 'nowhere')],
    ['a file', () => import.meta.filename],
  ])('%s: one sentence, and 2', async (_name, path) => {
    const { status, stdout, stderr } = await duplex(['log', path()]);
    expect(stderr).toMatch(/^duplex: [^\n]+\n$/);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  test('a reader that closes its end ends it quietly', async () => {
    await record(50_000);
    const { child, result, prints } = start(['log', folder]);
    await prints(/open/);
    child.stdout?.destroy();
    expect(await result).toMatchObject({ status: 0, stderr: '' });
  });

  test('a live recording can be read while it grows', async () => {
    const { child, result } = start([
      'connect',
      `${demo.url}/ticker?rate=1000`,
      '--record',
      folder,
      '--quiet',
    ]);
    await expect
      .poll(async () => (await stat(join(folder, 'index.bin'))).size, { timeout: 10_000 })
      .toBeGreaterThan(10_000);
    const { status, stdout } = await duplex(['log', folder, '--json']);
    expect(jsonLines(stdout).every((line, i) => line.seq === i)).toBe(true);
    expect(status).toBe(0);
    child.kill('SIGINT');
    expect((await result).status).toBe(0);
  });
});
