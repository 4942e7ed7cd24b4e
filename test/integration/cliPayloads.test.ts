import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { scriptedServer } from '../support/scriptedServer.ts';
import { CLI, duplex, endAll } from './cliProcess.ts';

// Tests how `connect` and `log` write payloads, and how headers of the command line appear on the wire.

afterEach(endAll);

/** Returns standard output as bytes, because text would hide invalid UTF-8. */
async function bytesOf(args: readonly string[]): Promise<Buffer> {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe('--raw', () => {
  const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

  test('writes the bytes of received messages and nothing else, live and from a recording', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'duplex-raw-'));
    onTestFinished(() => rm(parent, { recursive: true, force: true }));
    const folder = join(parent, 'recording');
    const url = await scriptedServer((socket) => {
      socket.ping('not a message');
      socket.send('{"text": "grün\\u001b"}\n');
      socket.send(EVERY_BYTE);
      socket.send('');
      socket.send('no line break');
      socket.close(1000, 'done');
    });
    const expected = Buffer.concat([
      Buffer.from('{"text": "grün\\u001b"}\n'),
      EVERY_BYTE,
      Buffer.from('no line break'),
    ]);
    expect(await bytesOf(['connect', url, '--raw', '--record', folder])).toEqual(expected);
    expect(await bytesOf(['log', folder, '--raw'])).toEqual(expected);
  });

  test('leaves out sent messages', async () => {
    const url = await scriptedServer((socket) => {
      socket.on('message', () => {
        socket.send('answer');
        socket.close(1000);
      });
    });
    expect((await bytesOf(['connect', url, '--raw', '--send', 'question'])).toString()).toBe('answer');
  });

  test('reports a bad end on standard error', async () => {
    const url = await scriptedServer((socket) => {
      socket.send('part');
      socket.close(1011, 'broken');
    });
    const { stdout, stderr, status } = await duplex(['connect', url, '--raw']);
    expect({ stdout, status }).toEqual({ stdout: 'part', status: 3 });
    expect(stderr).toContain('1011 broken');
  });
});

test.each([
  ['text', ''],
  ['binary', Buffer.alloc(0)],
])('an empty %s message prints its size', async (kind, payload) => {
  const url = await scriptedServer((socket) => {
    socket.send(payload);
    socket.close(1000);
  });
  const { stdout } = await duplex(['connect', url, ...(kind === 'text' ? ['--send', ''] : [])]);
  expect(stdout).toMatch(new RegExp(`^<- \\S+ ${kind.padEnd(6)} \\(0 B\\)$`, 'm'));
  if (kind === 'text') expect(stdout).toMatch(/^-> \S+ text {3}\(0 B\)$/m);
});

describe('subprotocols given as a header', () => {
  /** The lines in which the server saw the offer. */
  async function offeredBy(...args: readonly string[]): Promise<string[]> {
    const offers: string[] = [];
    const url = await scriptedServer((socket, { rawHeaders }) => {
      for (let i = 0; i < rawHeaders.length; i += 2)
        if (rawHeaders[i]!.toLowerCase() === 'sec-websocket-protocol') offers.push(rawHeaders[i + 1]!);
      socket.close(1000);
    });
    expect(await duplex(['connect', url, ...args])).toMatchObject({ status: 0, stderr: '' });
    return offers.map((offer) => offer.replace(/,\s*/g, ','));
  }

  test.each([
    ['one line', ['-H', 'Sec-WebSocket-Protocol: v1'], 'v1'],
    ['two lines', ['-H', 'Sec-WebSocket-Protocol: v1', '-H', 'Sec-WebSocket-Protocol: v2'], 'v1,v2'],
    ['any case, a list', ['-H', 'sec-websocket-PROTOCOL: a, b', '-H', 'Sec-WebSocket-Protocol: c'], 'a,b,c'],
    ['beside --subprotocol', ['--subprotocol', 'a', '-H', 'Sec-WebSocket-Protocol: b'], 'a,b'],
  ])('%s: the server sees one offer', async (_, args, offer) => {
    expect(await offeredBy(...args)).toEqual([offer]);
  });
});
