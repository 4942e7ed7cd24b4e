import { connect as dial } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { closePayload } from '../support/wire.ts';
import { duplex, endAll, start, type Running } from './cliProcess.ts';

afterEach(endAll);

async function serve(...args: string[]): Promise<{ url: string; running: Running }> {
  const running = start(['serve', '--port', '0', ...args]);
  await running.prints(/\n/);
  return { url: running.stdout().split('\n')[0] ?? '', running };
}

function echoed(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url}/echo`);
    socket.on('error', reject);
    socket.on('open', () => socket.send(text));
    socket.on('message', (data) => {
      resolve((data as Buffer).toString());
      socket.close();
    });
  });
}

describe('serve', () => {
  test('prints its URL first, then its paths, and serves', async () => {
    const { url, running } = await serve();
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+$/);
    await running.prints(/\/refuse/);
    expect(running.stdout()).toContain(`${url}/ticker?rate=N`);
    expect(await echoed(url, 'hello')).toBe('hello');
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends it with 0, and its clients with 1001',
    async (signal) => {
      const { url, running } = await serve();
      const client = new WebSocket(`${url}/echo`);
      await new Promise((resolve) => client.once('open', resolve));
      const closed = new Promise((resolve) => client.once('close', resolve));
      running.child.kill(signal);
      expect(await closed).toBe(1001);
      expect(await running.result).toMatchObject({ status: 0, stderr: '' });
    },
  );

  test('--host chooses the address', async () => {
    const { url } = await serve('--host', '127.0.0.2');
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.2:/);
    expect(await echoed(url, 'there')).toBe('there');
  });

  test('serves on when nobody reads its output any more', async () => {
    const { url, running } = await serve();
    running.child.stdout?.destroy();
    expect(await echoed(url, 'still here')).toBe('still here');
    expect(running.child.exitCode).toBe(null);
  });

  test('a port in use is reported with the remedy, and ends with 2', async () => {
    const { url } = await serve();
    const port = new URL(url).port;
    expect(await duplex(['serve', '--port', port])).toMatchObject({
      status: 2,
      stdout: '',
      stderr: `duplex: Port ${port} is in use; pick another one, or 0 for any that is free.\n`,
    });
  });

  test('an invalid port ends with 2', async () => {
    const { status, stderr } = await duplex(['serve', '--port', '70000']);
    expect(stderr).toContain('A port is a whole number from 0');
    expect(status).toBe(2);
  });
});

/** A client's frame of up to 65,535 bytes, with a masking key of zeros, which leaves the payload as it is. */
function masked(first: number, payload: Uint8Array | string): Buffer {
  const bytes = Buffer.from(payload as string);
  const long = bytes.length > 125 ? [bytes.length >> 8, bytes.length & 255] : [];
  const second = 0x80 | (long.length > 0 ? 126 : bytes.length);
  return Buffer.concat([Buffer.from([first, second, ...long, 0, 0, 0, 0]), bytes]);
}

/** Shakes hands without a WebSocket library and sends these bytes. @returns the code of the server's close frame */
function sendRaw(url: string, headers: string, bytes: Buffer): Promise<number | undefined> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = dial(Number(port), hostname);
    const chunks: Buffer[] = [];
    socket.on('error', reject);
    socket.write(
      `GET /echo HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${headers}` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    socket.once('data', () => socket.write(bytes));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', () => {
      const all = Buffer.concat(chunks);
      const close = all.subarray(all.indexOf('\r\n\r\n') + 4);
      const at = close.indexOf(0x88);
      resolve(at < 0 ? undefined : close.readUInt16BE(at + 2));
    });
  });
}

const DEFLATE = 'Sec-WebSocket-Extensions: permessage-deflate\r\n';

test.each<[what: string, bytes: Buffer, said: string, code: number, headers?: string]>([
  [
    'an unmasked frame',
    Buffer.from([0x81, 2, 0x68, 0x69]),
    'a frame of the client is not masked (RFC 6455, section 5.1); the frame begins with 0x81 0x02 and is the first one.',
    1002,
  ],
  [
    'an unmasked frame behind good ones',
    Buffer.concat([masked(0x81, 'a'), masked(0x82, 'bc'), Buffer.from([0x89, 0])]),
    'a frame of the client is not masked (RFC 6455, section 5.1); the frame begins with 0x89 0x00 and comes after 2 good frames, the last a binary frame of 2 bytes.',
    1002,
  ],
  ['a reserved opcode', masked(0x83, ''), 'a frame has the unknown opcode 3 (RFC 6455, section 5.2);', 1002],
  ['a reserved control opcode', masked(0x8b, ''), 'a frame has the unknown opcode 11 (RFC 6455', 1002],
  [
    'RSV1 without compression',
    masked(0xc1, 'a'),
    'RSV1 is set in a text frame, and no compression was negotiated (RFC 6455, section 5.2);',
    1002,
  ],
  ['RSV2', masked(0xa1, 'a'), 'RSV2 or RSV3 is set in a text frame', 1002],
  [
    'RSV1 of a ping with compression',
    masked(0xc9, 'a'),
    'RSV1 is set in a ping, and control frames are never compressed (RFC 7692, section 6.1);',
    1002,
    DEFLATE,
  ],
  [
    'bytes that do not inflate',
    masked(0xc1, '\xff\xff\xff'),
    'compressed data cannot be inflated (RFC 7692, section 7.2.2).',
    1007,
    DEFLATE,
  ],
  [
    'an oversized ping',
    masked(0x89, Buffer.alloc(126)),
    'a control frame is longer than 125 bytes: a ping of 126 bytes (RFC 6455, section 5.5);',
    1002,
  ],
  ['a fragmented ping', masked(0x09, ''), 'a control frame is fragmented: a ping without FIN', 1002],
  [
    'invalid UTF-8',
    masked(0x81, Buffer.from([0xc3, 0x28])),
    'text is not valid UTF-8 (RFC 6455, section 8.1).',
    1007,
  ],
  [
    'a close reason that is not UTF-8',
    masked(0x88, closePayload(1000, Buffer.from([0xff]))),
    'text is not valid UTF-8 (RFC 6455, section 8.1).',
    1007,
  ],
  [
    'a close code that may not be sent',
    masked(0x88, closePayload(1006)),
    'a close frame has the code 1006, which may not be sent (RFC 6455, section 7.4).',
    1002,
  ],
  ['half a close code', masked(0x88, 'a'), 'a close frame has half a code (RFC 6455, section 5.5.1);', 1002],
])(
  'serve names the client that sent %s, and continues to serve the others',
  async (_, bytes, said, code, headers = '') => {
    const { url, running } = await serve();
    const other = new WebSocket(`${url}/echo`);
    await new Promise((resolve) => other.once('open', resolve));
    expect(await sendRaw(url, headers, bytes)).toBe(code);
    const echo = new Promise((resolve) =>
      other.once('message', (data) => resolve((data as Buffer).toString())),
    );
    other.send('undisturbed');
    expect(await echo).toBe('undisturbed');
    running.child.kill('SIGTERM');
    const { status, stderr } = await running.result;
    expect(stderr).toMatch(
      /^duplex: The client at 127\.0\.0\.1:\d+ violated the WebSocket protocol: [^\n]+\.\n$/,
    );
    expect(stderr).toContain(`protocol: ${said}`);
    expect(status).toBe(0);
  },
);

test('serve reports nothing for a client that leaves without a close frame', async () => {
  const { url, running } = await serve();
  const client = new WebSocket(`${url}/echo`);
  await new Promise((resolve) => client.once('open', resolve));
  client.terminate();
  expect(await echoed(url, 'on')).toBe('on');
  running.child.kill('SIGTERM');
  expect(await running.result).toMatchObject({ status: 0, stderr: '' });
});

test('serve and connect are made for each other', async () => {
  const { url } = await serve();
  const { status, stdout } = await duplex(
    ['connect', `${url}/json`, '--json', '--wait', '700ms'],
    '{"op":"subscribe","channel":"BTC"}\n',
  );
  expect(stdout).toContain('\\"type\\":\\"subscribed\\",\\"channel\\":\\"BTC\\"');
  expect(stdout).toContain('\\"type\\":\\"tick\\"');
  expect(status).toBe(0);
});
