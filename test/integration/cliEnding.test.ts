import { existsSync, openSync, closeSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startDemoServer, type DemoServer } from '../../src/demo/demoServer.ts';
import { CLI, duplex, endAll, jsonLines, start, texts } from './cliProcess.ts';
import { serverThat, type TestServer } from './cliServer.ts';

let demo: DemoServer;
beforeAll(async () => {
  demo = await startDemoServer({ port: 0 });
});
afterAll(() => demo.close());
const servers: TestServer[] = [];
afterEach(async () => {
  endAll();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
async function server(...given: Parameters<typeof serverThat>): Promise<TestServer> {
  const started = await serverThat(...given);
  servers.push(started);
  return started;
}

/** A server that takes connections and then reads nothing, so that it answers no close either. */
const deaf = (): Promise<TestServer> => server((client) => client.pause());

const delay = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('at the end of the input', () => {
  test.each([
    ['a pipe that ends', 'hello\n'],
    ['an empty pipe', ''],
    ['/dev/null', 'closed'],
  ])('%s: it ends after one second of silence', async (_name, input) => {
    const { status, took } = await duplex(['connect', `${demo.url}/echo`], input);
    expect(took).toBeGreaterThan(1000);
    expect(took).toBeLessThan(15_000);
    expect(status).toBe(0);
  });

  test('messages that keep coming keep it alive', async () => {
    const { url } = await server((client) => {
      let count = 0;
      const timer = setInterval(() => client.send(String(count++)), 400);
      setTimeout(() => clearInterval(timer), 2200);
    });
    const { stdout, took, status } = await duplex(['connect', url, '--json']);
    expect(texts(stdout, 'in')).toEqual(['0', '1', '2', '3', '4']);
    expect(took).toBeGreaterThan(3000);
    expect(status).toBe(0);
  });

  test('a continuing input keeps it alive', async () => {
    const { child, result, prints } = start(['connect', `${demo.url}/echo`, '--json'], 'open');
    child.stdin?.write('one\n');
    await prints(/"in".*one/);
    await delay(1500);
    expect(child.exitCode).toBe(null);
    child.stdin?.end('two\n');
    const { stdout, status } = await result;
    expect(texts(stdout, 'in')).toEqual(['one', 'two']);
    expect(status).toBe(0);
  });

  test.each(['--echo', '--record'])('%s keeps it alive', async (option) => {
    const folder = await mkdtemp(join(tmpdir(), 'duplex-cli-'));
    try {
      const args = option === '--record' ? [option, join(folder, 'session')] : [option];
      const { child, result, prints } = start(['connect', `${demo.url}/json`, '--json', ...args]);
      await prints(/open/);
      await delay(1500);
      expect(child.exitCode).toBe(null);
      child.kill('SIGINT');
      expect((await result).status).toBe(0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('--wait', () => {
  test('ends that long after the last message was sent, while the input continues', async () => {
    const { child, result, prints } = start(
      ['connect', `${demo.url}/echo`, '--json', '--wait', '700ms'],
      'open',
    );
    await prints(/open/);
    await delay(400);
    child.stdin?.write('late\n');
    const { stdout, status } = await result;
    const lines = jsonLines(stdout);
    const sent = lines.find((line) => line.dir === 'out' && line.kind === 'text')?.t as number;
    const closed = lines.at(-1);
    expect(closed).toMatchObject({ kind: 'close', code: 1000 });
    expect(((closed?.t as number) - sent) / 1000).toBeGreaterThanOrEqual(695);
    expect(texts(stdout, 'in')).toEqual(['late']);
    expect(status).toBe(0);
  });

  test('ends while messages keep arriving', async () => {
    const { status, stdout } = await duplex([
      'connect',
      `${demo.url}/ticker?rate=50`,
      '--json',
      '--wait',
      '500ms',
    ]);
    expect(texts(stdout, 'in').length).toBeGreaterThan(10);
    expect(status).toBe(0);
  });
});

describe('Ctrl+C', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s closes with 1000 and ends with 0',
    async (signal) => {
      const codes: number[] = [];
      const { url } = await server((client) => client.on('close', (code) => codes.push(code)));
      const { child, result, prints } = start(['connect', url, '--json'], 'open');
      await prints(/open/);
      child.kill(signal);
      const { status, stdout } = await result;
      expect(jsonLines(stdout).at(-1)).toMatchObject({ kind: 'close', dir: 'out', code: 1000, clean: true });
      await expect.poll(() => codes).toEqual([1000]);
      expect(status).toBe(0);
    },
  );

  test('while connecting cancels, and ends with 3', async () => {
    const { url, connected } = await server('silent');
    const { child, result } = start(['connect', url], 'open');
    await connected;
    child.kill('SIGINT');
    expect(await result).toMatchObject({ status: 3, stdout: '', stderr: '' });
  });

  test('a server that does not answer the close gets --close-timeout', async () => {
    const { url } = await deaf();
    const { child, result, prints } = start(['connect', url, '--json', '--close-timeout', '300ms'], 'open');
    await prints(/open/);
    child.kill('SIGINT');
    const { status, stdout } = await result;
    expect(jsonLines(stdout).at(-1)).toMatchObject({ kind: 'close', dir: 'out', code: 1006, clean: false });
    expect(status).toBe(0);
  });

  test('the second one does not wait for the server', async () => {
    const { url } = await deaf();
    const { child, result, prints } = start(['connect', url, '--json', '--close-timeout', '1h'], 'open');
    await prints(/open/);
    child.kill('SIGINT');
    await delay(300);
    expect(child.exitCode).toBe(null);
    child.kill('SIGINT');
    expect((await result).status).toBe(0);
  });

  test('the second one does not wait for a reader of the output either', async () => {
    const { child, result, prints } = start(['connect', `${demo.url}/ticker?rate=100000`], 'open');
    await prints(/tick/);
    child.stdout?.pause();
    await delay(500);
    child.kill('SIGINT');
    await delay(200);
    child.kill('SIGINT');
    await new Promise((resolve) => child.once('exit', resolve));
    child.stdout?.resume();
    expect((await result).status).toBe(0);
  });
});

describe('the reader of the output', () => {
  test('that closes its end ends it quietly', async () => {
    const { child, result, prints } = start(['connect', `${demo.url}/ticker?rate=1000`], 'open');
    await prints(/tick/);
    child.stdout?.destroy();
    const { status, stderr } = await result;
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  test.each([['--help'], ['connect --help'], ['--version']])('may be gone before %s prints', async (line) => {
    const { child, result } = start(line.split(' '), 'closed');
    child.stdout?.destroy();
    expect(await result).toMatchObject({ status: 0, stderr: '' });
  });

  test('that is slow slows the server down: memory stays bounded and nothing is lost', async () => {
    const { child, result, prints } = start(
      ['connect', `${demo.url}/burst?n=200000&size=1000`, '--json'],
      'open',
    );
    await prints(/open/);
    child.stdout?.pause();
    await delay(1500);
    if (existsSync('/proc')) {
      const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
      // Of the 200 MB that the server has to send.
      expect(Number(kilobytes)).toBeLessThan(150_000);
    }
    child.stdout?.resume();
    const { stdout, status } = await result;
    const numbers = texts(stdout, 'in').map((text) => Number(/\d+/.exec(text as string)?.[0]));
    expect(numbers.length).toBe(200_000);
    expect(numbers.every((n, i) => n === i)).toBe(true);
    expect(status).toBe(0);
  });

  test.skipIf(!existsSync('/dev/full'))('without space is reported, and ends with 2', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [CLI, 'connect', `${demo.url}/ticker?rate=10`], {
      stdio: ['pipe', full, 'pipe'],
    });
    closeSync(full);
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const status = await new Promise((resolve) => child.once('close', resolve));
    expect(stderr).toMatch(/^duplex: Standard output cannot be written: .*ENOSPC.*\n$/);
    expect(status).toBe(2);
  });
});

describe('usage', () => {
  test.each([
    ['no command', [], 'Usage: duplex'],
    ['an unknown command', ['conect'], 'Did you mean connect?'],
    ['no URL', ['connect'], "missing required argument 'url'"],
    ['two URLs', ['connect', 'ws://a', 'ws://b'], 'too many arguments'],
    ['an unknown option', ['connect', 'ws://a', '--jsn'], 'Did you mean --json?'],
    ['a URL of another kind', ['connect', 'http://127.0.0.1/'], 'ws://'],
    ['a duration without a unit', ['connect', 'ws://a', '--wait', '2'], 'write 2s or 2ms'],
    ['a size without a unit', ['connect', 'ws://a', '--max-payload', '64'], '64MiB'],
    ['a subprotocol that is none', ['connect', 'ws://a', '--subprotocol', 'a b'], 'subprotocol'],
    ['a file that is not there', ['connect', 'ws://a', '--send-file', '/nowhere/x'], 'no such file'],
    ['a folder for a file', ['connect', 'ws://a', '--send-file', '/'], 'It is a folder'],
    ['a header that the handshake sets', ['connect', 'ws://a', '-H', 'Upgrade: x'], 'Upgrade'],
  ])('%s ends with 2 and a sentence', async (_name, args, sentence) => {
    const { status, stdout, stderr } = await duplex(args);
    expect(stderr).toContain(sentence);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  test('a header without a colon is not repeated: it may be a secret', async () => {
    const { status, stderr } = await duplex(['connect', 'ws://a', '-H', 'Bearer S3CRET']);
    expect(stderr).toBe('duplex: A header is written with a colon, as in Name: value.\n');
    expect(status).toBe(2);
  });

  test('a file that is missing at its turn is reported; the rest is sent', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'duplex-cli-'));
    const file = join(folder, 'data');
    await writeFile(file, 'x');
    // The handshake is answered once the options were looked at; then the file goes.
    const { url } = await server(
      (client) => client.on('message', (data) => client.send((data as Buffer).toString())),
      {
        beforeAnswer: () => rm(folder, { recursive: true }),
      },
    );
    const { status, stdout, stderr } = await duplex([
      ...['connect', url, '--json', '--send', 'a', '--send-file', file, '--send', 'b'],
    ]);
    expect(texts(stdout, 'in')).toEqual(['a', 'b']);
    expect(stderr).toMatch(/^duplex: .*data was not sent: ENOENT/);
    expect(status).toBe(2);
  });

  test.each([
    [['--version'], /^\d+\.\d+\.\d+\n$/],
    [['--help'], /connect[^]*serve[^]*log/],
    [['connect', '--help'], /Examples:\n {2}\$ duplex connect/],
    [['serve', '--help'], /Examples:\n {2}\$ duplex serve/],
    [['log', '--help'], /Examples:\n {2}\$ duplex log/],
  ])('%s ends with 0', async (args, expected) => {
    const { status, stdout, stderr } = await duplex(args);
    expect(stdout).toMatch(expected);
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});
