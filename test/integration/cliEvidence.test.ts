import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { makeCertificate } from '../support/certificates.ts';
import { rawServer, switching } from '../support/rawServer.ts';
import { closePayload, wireFrame } from '../support/wire.ts';
import { duplex, endAll, jsonLines } from './cliProcess.ts';
import type { Line } from './cliProcess.ts';

// Tests the output of `connect` about failing servers and connections, as text and with --json.

afterEach(endAll);

async function told(url: string, ...options: string[]): Promise<{ lines: Line[]; text: string }> {
  const json = await duplex(['connect', url, '--json', ...options]);
  const plain = await duplex(['connect', url, ...options]);
  return { lines: jsonLines(json.stdout), text: plain.stdout + plain.stderr };
}

describe('the answer of another server than a WebSocket server', () => {
  it.each([
    ['SSH', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['Redis', '-NOAUTH Authentication required.\r\n'],
    ['SMTP', '220 mail.test ESMTP\r\n'],
    ['HTTP/2', '\x00\x00\x12\x04\x00\x00\x00\x00\x00'],
    ['TLS', '\x15\x03\x01\x00\x02\x02\x46'],
  ])('is named: %s', async (name, greeting) => {
    const { url } = await rawServer((socket) => socket.end(greeting, 'latin1'));
    const { lines, text } = await told(url);
    expect(lines[0]).toMatchObject({
      kind: 'error',
      code: 'handshake.not-http',
      message: expect.stringContaining(`answers with ${name} and not with HTTP/1.1`) as string,
    });
    expect(text).toContain(`answers with ${name} and not with HTTP/1.1`);
  });
});

describe('the end of a connection', () => {
  const ending = (end: (socket: Socket) => void): Promise<{ url: string }> =>
    rawServer((socket, request) => {
      socket.write(switching(request));
      end(socket);
    });

  it('without a close frame says who ended it', async () => {
    const { url } = await ending((socket) => socket.end());
    const { lines, text } = await told(url);
    const sentence = 'ended the TCP connection without a close frame, right after the handshake.';
    expect(lines.at(-1)).toMatchObject({
      kind: 'close',
      code: 1006,
      text: expect.stringContaining(sentence) as string,
    });
    expect(text).toContain(sentence);
  });

  it('whose reason is cut inside a character keeps its code', async () => {
    const { url } = await ending((socket) =>
      socket.write(wireFrame(0x88, closePayload(4001, Buffer.from('€').subarray(0, 2)))),
    );
    const { lines } = await told(url);
    expect(lines.slice(1)).toMatchObject([
      { kind: 'error', code: 'protocol.invalid-utf8' },
      { kind: 'close', code: 4001, reason: '\ufffd', clean: false },
    ]);
  });
});

describe('the events of a handshake', () => {
  it('a followed redirect is a separate line, and a 401 after it lists the withheld data', async () => {
    const other = await rawServer((socket) => socket.end('HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n'));
    const { url } = await rawServer((socket) =>
      socket.end(
        `HTTP/1.1 302 x\r\nLocation: ${other.url.replace('ws', 'http')}\r\nSet-Cookie: session=X\r\nContent-Length: 0\r\n\r\n`,
      ),
    );
    const { lines, text } = await told(
      url,
      ...['--redirect-origin', other.url.slice(0, -1), '-H', 'Authorization: Bearer canary'],
    );
    expect(lines).toMatchObject([
      {
        kind: 'note',
        note: 'redirect',
        status: 302,
        from: url,
        to: other.url,
        withheld: ['Authorization', 'Cookie'],
      },
      { kind: 'error', code: 'handshake.status', status: 401, withheld: ['Authorization', 'Cookie'] },
    ]);
    expect(text).toContain('redirects to another origin');
    expect(text).toContain(
      'Authorization, Cookie were withheld, because a redirect led to this other origin',
    );
    expect(text + JSON.stringify(lines)).not.toContain('canary');
  });

  it('--insecure leaves a trace', async () => {
    const { cert, key } = makeCertificate({ name: 'self', hosts: ['127.0.0.1'] });
    const server = createServer({ cert, key });
    server.on('upgrade', (request, socket: Socket) =>
      socket.end(switching(`Sec-WebSocket-Key: ${request.headers['sec-websocket-key']}\r\n`)),
    );
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `wss://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { lines, text } = await told(url, '--insecure');
    expect(lines[0]).toMatchObject({ kind: 'note', note: 'security' });
    expect(text).toContain('was not verified, because --insecure is set');
  });
});
