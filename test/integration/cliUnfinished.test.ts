import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CLI, duplex, endAll, jsonLines, start, texts } from './cliProcess.ts';
import { serverThat, type TestServer } from './cliServer.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'duplex-unfinished-'));
});
afterAll(() => rm(folder, { recursive: true }));
const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
  endAll();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
async function server(...given: Parameters<typeof serverThat>): Promise<TestServer> {
  const started = await serverThat(...given);
  servers.push(started);
  return started;
}

/** A server that writes frames byte by byte as a test says: `ws` sends whole messages only. */
async function rawServer(attend: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const listening: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', (request) => {
      const key = /sec-websocket-key: (\S+)/i.exec(request.toString())?.[1] ?? '';
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      attend(socket);
    });
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  servers.push({
    close: () =>
      new Promise((resolve) => {
        listening.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  });
  return `ws://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

const FIN_TEXT = 0x81;
const BEGUN_TEXT = 0x01;
const CONTINUED = 0x00;
const FIN_CONTINUED = 0x80;
const CLOSE_1000 = Buffer.of(0x88, 2, 0x03, 0xe8);
const frame = (first: number, length: number): Buffer => Buffer.of(first, 126, length >> 8, length & 255);

/** Writes pieces so many milliseconds apart. */
function drip(socket: Socket, pause: number, pieces: readonly Buffer[]): void {
  const [piece, ...rest] = pieces;
  if (piece === undefined || socket.destroyed) return;
  socket.write(piece);
  setTimeout(() => drip(socket, pause, rest), pause);
}

/** A server that accepts connections and then reads nothing. */
const deaf = (): Promise<TestServer> => server((client) => client.pause());

async function largeFile(bytes: number): Promise<string> {
  const file = join(folder, `${bytes}.bin`);
  await writeFile(file, '');
  await truncate(file, bytes);
  return file;
}

describe('a message that is still arriving', () => {
  test.each([
    ['in one frame', [frame(FIN_TEXT, 4000), ...Array.from({ length: 4 }, () => Buffer.alloc(1000, 'x'))]],
    [
      'in fragments',
      [
        Buffer.concat([frame(BEGUN_TEXT, 1000), Buffer.alloc(1000, 'x')]),
        Buffer.concat([frame(CONTINUED, 2000), Buffer.alloc(1000, 'x')]),
        Buffer.alloc(1000, 'x'),
        Buffer.concat([frame(FIN_CONTINUED, 1000), Buffer.alloc(1000, 'x')]),
      ],
    ],
  ])('%s is waited for, though the input is over', async (_name, pieces) => {
    const url = await rawServer((socket) => drip(socket, 700, pieces));
    const { stdout, stderr, status } = await duplex(['connect', url, '--json', '--close-timeout', '100ms']);
    expect(texts(stdout, 'in')).toEqual(['x'.repeat(4000)]);
    expect(stderr).not.toContain('still arriving');
    expect(status).toBe(0);
  });

  test('that stops arriving is reported with its bytes, and ends with 3', async () => {
    const url = await rawServer((socket) =>
      drip(socket, 300, [frame(FIN_TEXT, 4000), Buffer.alloc(1000, 'x')]),
    );
    const { stdout, stderr, status } = await duplex(['connect', url, '--json', '--close-timeout', '100ms']);
    expect(texts(stdout, 'in')).toEqual([]);
    expect(stderr).toContain(
      'duplex: A message was still arriving when the connection was closed: 1000 of 4000 bytes came.\n',
    );
    expect(status).toBe(3);
  });

  test.each([['--wait'], ['Ctrl+C'], ['Ctrl+C twice']])(
    '%s ends it, is reported, and gives status 3',
    async (by) => {
      const url = await rawServer((socket) => {
        socket.write(Buffer.concat([frame(BEGUN_TEXT, 10), Buffer.alloc(10, 'x')]));
        drip(socket, 100, [
          frame(FIN_CONTINUED, 9000),
          ...Array.from({ length: 90 }, () => Buffer.alloc(100, 'x')),
        ]);
      });
      const wait = by === '--wait' ? ['--wait', '500ms'] : [];
      const timeout = by === 'Ctrl+C twice' ? '1h' : '100ms';
      const { child, result, prints } = start(
        ['connect', url, '--json', '--quiet', '--close-timeout', timeout, ...wait],
        'open',
      );
      await prints(/open/);
      await new Promise((resolve) => setTimeout(resolve, 300));
      if (by !== '--wait') child.kill('SIGINT');
      if (by === 'Ctrl+C twice') setTimeout(() => child.kill('SIGINT'), 100);
      const { stderr, status } = await result;
      expect(stderr).toMatch(/A message was still arriving .*: \d+ of 9010 bytes came\.\n$/);
      expect(status).toBe(3);
    },
  );

  test('that a close with 1000 interrupts is reported as well', async () => {
    const url = await rawServer((socket) => {
      socket.write(Buffer.concat([frame(BEGUN_TEXT, 500), Buffer.alloc(500, 'x'), CLOSE_1000]));
      socket.once('data', () => socket.end());
    });
    const { stderr, status } = await duplex(['connect', url], 'open');
    expect(stderr).toContain('500 bytes came');
    expect(status).toBe(3);
  });
});

describe('a server that does not read', () => {
  test.each([
    ['a large file', async () => ['--send-file', await largeFile(64 * 1024 * 1024)], 'open'],
    ['many lines', () => Promise.resolve([]), `${'x'.repeat(9999)}\n`.repeat(3000)],
  ] as const)('%s: --wait ends it and tells what has not left', async (_name, args, input) => {
    const { url } = await deaf();
    const { stderr, status, took } = await duplex(
      [
        'connect',
        url,
        '--quiet',
        '--wait',
        '1s',
        '--close-timeout',
        '300ms',
        '--no-deflate',
        ...(await args()),
      ],
      input,
    );
    expect(stderr).toMatch(
      /^duplex: \d+ messages? with \d+ bytes (was|were) not sent completely: the server does not read\.\n/,
    );
    expect(status).toBe(3);
    expect(took).toBeLessThan(20_000);
  });

  test('an echo that it does not read ends with --wait, too', async () => {
    const { url } = await server((client) => {
      client.pause();
      for (let i = 0; i < 40; i++) client.send(Buffer.alloc(1024 * 1024));
    });
    const { stderr, status } = await duplex(
      ['connect', url, '--quiet', '--echo', '--wait', '1s', '--close-timeout', '300ms', '--no-deflate'],
      'open',
    );
    expect(stderr).toContain('not sent completely');
    expect(status).toBe(3);
  });

  test('Ctrl+C reports the unsent bytes and ends with 3', async () => {
    const { url } = await deaf();
    const bytes = 64 * 1024 * 1024;
    const { child, result, prints } = start(
      [
        'connect',
        url,
        '--json',
        '--quiet',
        '--close-timeout',
        '300ms',
        '--send-file',
        await largeFile(bytes),
      ],
      'open',
    );
    await prints(/open/);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    child.kill('SIGINT');
    const { stderr, status } = await result;
    expect(stderr).toContain(`1 message with ${bytes} bytes was not sent completely`);
    expect(status).toBe(3);
  });

  test('a slow reader gets everything, for any --wait', async () => {
    const bytes = 24 * 1024 * 1024;
    const received: number[] = [];
    const { url } = await server((client) => {
      const timer = setInterval(() => {
        client.resume();
        setTimeout(() => client.pause(), 5);
      }, 200);
      client.on('message', (data) => received.push((data as Buffer).length));
      client.on('close', () => clearInterval(timer));
    });
    const args = ['--wait', '1ms', '--no-deflate', '--send-file', await largeFile(bytes)];
    const { stderr, status } = await duplex(['connect', url, '--quiet', ...args], 'open');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(received).toEqual([bytes]);
  });
});

describe('what ended it', () => {
  test.each([
    ['there was no answer at all', 5000, true],
    ['the first answer was late', 700, true],
    ['the answer came at once', 0, false],
  ])('%s', async (_name, pause, isTold) => {
    const { url } = await server((client) =>
      client.on('message', (data) => setTimeout(() => client.send(data as Buffer), pause)),
    );
    const { stderr, status } = await duplex(['connect', url, '--json'], 'hello\n');
    expect(stderr).toBe(
      isTold
        ? 'duplex: Closed after 1 s without a message: use --wait 10s to wait longer for an answer.\n'
        : '',
    );
    expect(status).toBe(0);
  });

  test.each([
    ['one line', 'a\n', '1 line of the input was'],
    ['three lines', 'a\nb\nc', '3 lines of the input were'],
  ])('a server that closes first: %s', async (_name, input, told) => {
    const { url } = await server((client) => client.close(1000));
    const { stderr, status } = await duplex(['connect', url, '--quiet'], input);
    expect(stderr).toBe(`duplex: ${told} not sent: the connection ended first.\n`);
    expect(status).toBe(0);
  });
});

describe('a slow reader of the output', () => {
  test('gets a message that is larger than any pipe as one line', async () => {
    const size = 48 * 1024 * 1024;
    const { url } = await server((client) => {
      client.send('é'.repeat(size / 2));
      client.close(1000);
    });
    const file = join(folder, 'slow.out');
    const child = spawn(process.execPath, [CLI, 'connect', url, '--json', '--max-payload', '0'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.pause();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const stored = createWriteStream(file);
    child.stdout.pipe(stored);
    const [status] = await Promise.all([
      new Promise((resolve) => child.once('close', resolve)),
      new Promise<void>((resolve) => stored.once('close', () => resolve())),
    ]);
    const { readFile } = await import('node:fs/promises');
    const lines = jsonLines(await readFile(file, 'utf8'));
    expect(lines.map(({ kind }) => kind)).toEqual(['open', 'text', 'close']);
    expect((lines[1]?.text as string).length).toBe(size / 2);
    expect(status).toBe(0);
  });
});
