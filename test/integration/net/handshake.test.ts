import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import { createConnector } from '../../../src/net/wsConnection.ts';
import type { DuplexError } from '../../../src/shared/errors.ts';
import { outcome } from '../../support/outcome.ts';
import { rawServer, switching } from '../../support/rawServer.ts';

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

async function wsServer(options: ConstructorParameters<typeof WebSocketServer>[0] = {}): Promise<{
  url: string;
  requests: NodeJS.Dict<string[]>[];
}> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', ...options });
  const requests: NodeJS.Dict<string[]>[] = [];
  server.on('connection', (_, request) => requests.push(request.headersDistinct));
  closing.push(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, requests };
}

describe('a handshake that comes about', () => {
  it('offers subprotocols in their order and reports the chosen one', async () => {
    const { url, requests } = await wsServer({ handleProtocols: (names) => [...names].at(-1) ?? false });
    const { open } = await outcome({ url, subprotocols: ['v2.json', 'v1.json'] });
    expect(requests[0]!['sec-websocket-protocol']).toEqual(['v2.json, v1.json']);
    expect(open).toMatchObject({ status: 101, protocol: 'v1.json' });
  });

  it('offers permessage-deflate unless it is switched off', async () => {
    const { url } = await wsServer({ perMessageDeflate: true });
    expect((await outcome({ url })).open!.extensions).toMatch(/^permessage-deflate/);
    expect((await outcome({ url, deflate: false })).open!.extensions).toBe('');
  });

  it('reports the headers of the answer unchanged', async () => {
    const { url } = await rawServer((socket, request) =>
      socket.write(switching(request, 'x-ONE: 1', 'X-One: 2')),
    );
    const { open } = await outcome({ url, closeTimeout: 50 });
    expect(open!.headers.slice(-2)).toEqual([
      ['x-ONE', '1'],
      ['X-One', '2'],
    ]);
  });
});

describe('a handshake that is refused', () => {
  async function refusing(status: number, headers: Record<string, string>, body: string): Promise<string> {
    const server = createServer((_, response) => response.writeHead(status, headers).end(body));
    server.on('upgrade', (_, socket) => {
      // The client leaves when it has read enough of a long body.
      socket.on('error', () => socket.destroy());
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      const length = Buffer.byteLength(body);
      socket.end(`HTTP/1.1 ${status} No\r\n${lines.join('')}Content-Length: ${length}\r\n\r\n${body}`);
    });
    closing.push(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  it.each([401, 403, 404, 429, 502])('with %d keeps status, headers and body', async (status) => {
    const url = await refusing(status, { 'X-Why': 'because' }, '{"error":"no"}');
    const { error, evidence, closed } = await outcome({ url });
    expect(error).toMatchObject({
      code: 'handshake.status',
      message: expect.stringContaining(`HTTP ${status}`),
    });
    expect(evidence).toMatchObject({ status, body: '{"error":"no"}' });
    expect(evidence!.headers).toContainEqual(['X-Why', 'because']);
    expect(closed).toBe(false);
  });

  it("quotes a short part of a server's text, without control characters and links", async () => {
    const reason = `[Sign in](command:evil) \u001b[31m${'x'.repeat(500)}`;
    const { url } = await rawServer((socket) =>
      socket.end(`HTTP/1.1 403 ${reason}\r\nContent-Length: 0\r\n\r\n`),
    );
    const { message } = (await outcome({ url })).error!;
    expect(message).not.toContain('](');
    expect(message).not.toContain('\u001b');
    expect(message.length).toBeLessThan(300);
  });

  it('keeps at most 64 KiB of a body', async () => {
    const url = await refusing(500, {}, 'x'.repeat(1_000_000));
    expect((await outcome({ url })).evidence!.body!.length).toBe(65_536);
  });

  it('keeps the received part of an incomplete body', async () => {
    const { url } = await rawServer((socket) =>
      socket.end('HTTP/1.1 500 Oh\r\nContent-Length: 100\r\n\r\npart'),
    );
    expect((await outcome({ url })).evidence).toMatchObject({ status: 500, body: 'part' });
  });

  it('is reported with the received part of a body that never ends', async () => {
    const { url } = await rawServer((socket) =>
      socket.write('HTTP/1.1 503 Busy\r\nContent-Length: 100\r\n\r\npart'),
    );
    const { error, evidence } = await outcome({ url, handshakeTimeout: 200 });
    expect(error).toMatchObject({ code: 'handshake.status', message: expect.stringContaining('HTTP 503') });
    expect(evidence).toMatchObject({ status: 503, body: 'part' });
  });
});

describe('a handshake that fails', () => {
  it('because nobody listens', async () => {
    const { url } = await rawServer(() => {});
    const free = await wsServer();
    closing.splice(0).forEach((close) => close());
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(url).not.toBe(free.url);
    expect((await outcome({ url: free.url })).error).toMatchObject({
      code: 'tcp.refused',
      message: /server runs/,
    });
  });

  it('because the host does not exist', async () => {
    expect((await outcome({ url: 'ws://no-such-host.invalid/' })).error).toMatchObject({
      code: 'dns.not-found',
    });
  });

  it('because the answer never comes: the time-out names itself', async () => {
    const { url } = await rawServer(() => {});
    const started = Date.now();
    const { error } = await outcome({ url, handshakeTimeout: 150 });
    expect(error).toMatchObject({ code: 'handshake.timeout', message: /within 0\.15 s/ });
    expect(Date.now() - started).toBeLessThan(1500);
  });

  it('because the answer drips so slowly that an idle time-out never strikes', async () => {
    const { url } = await rawServer((socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\n');
      const drip = setInterval(() => socket.write('X-Drip: 1\r\n'), 30);
      socket.on('close', () => clearInterval(drip));
    });
    expect((await outcome({ url, handshakeTimeout: 200 })).error).toMatchObject({
      code: 'handshake.timeout',
    });
  });

  it('because the connection breaks off', async () => {
    const { url } = await rawServer((socket) => socket.destroy());
    expect((await outcome({ url })).error).toMatchObject({ code: 'tcp.reset' });
  });

  it('because the answer is not HTTP', async () => {
    const { url } = await rawServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    expect((await outcome({ url })).error).toMatchObject({ code: 'handshake.not-http' });
  });

  it('because the server speaks no TLS', async () => {
    const { url } = await rawServer(() => {});
    const plain = await wsServer();
    expect(url).not.toBe(plain.url);
    const { error } = await outcome({ url: plain.url.replace('ws:', 'wss:') });
    expect(error).toMatchObject({ code: 'tls.protocol', message: /use ws:\/\// });
  });

  it('because the accept key is wrong, and the headers are kept', async () => {
    const { url } = await rawServer((socket, request) =>
      socket.write(switching(`${request}x`.replace(/Key: ./, 'Key: ~'))),
    );
    const { error, evidence } = await outcome({ url });
    expect(error).toMatchObject({ code: 'handshake.accept', message: /Sec-WebSocket-Accept/ });
    expect(evidence!.headers!.map(([name]) => name)).toContain('Sec-WebSocket-Accept');
  });

  it.each([
    [[], ['Sec-WebSocket-Protocol: v9'], /chose the subprotocol “v9” though none was offered: offer it/],
    [['v1'], ['Sec-WebSocket-Protocol: v9'], /“v9”, which is not among v1/],
    [['v1', 'v2'], [], /chose none of the subprotocols v1, v2/],
  ])('because of subprotocols: %j was offered, %j answered', async (subprotocols, lines, reason) => {
    const { url } = await rawServer((socket, request) => socket.write(switching(request, ...lines)));
    expect((await outcome({ url, subprotocols })).error).toMatchObject({
      code: 'handshake.subprotocol',
      message: reason,
    });
  });

  it('because of an extension that was not offered', async () => {
    const { url } = await rawServer((socket, request) =>
      socket.write(switching(request, 'Sec-WebSocket-Extensions: permessage-bzip2')),
    );
    expect((await outcome({ url })).error).toMatchObject({ code: 'handshake.extension' });
  });

  it('because it is cancelled, within a moment', async () => {
    const { url } = await rawServer(() => {});
    const started = Date.now();
    const error = await new Promise<DuplexError>((resolve) => {
      const connection = createConnector()(connectOptions({ url }), {
        onOpen: () => {},
        onMessage: () => {},
        onControl: () => {},
        onError: resolve,
        onEnd: () => {},
      });
      setTimeout(() => connection.close(1000, ''), 50);
    });
    expect(error.code).toBe('call.cancelled');
    expect(Date.now() - started).toBeLessThan(1000);
  });

  it('without a word of the password in its URL', async () => {
    const { error } = await outcome({ url: 'ws://me:canary@no-such-host.invalid/' });
    expect(`${error!.message}`).not.toContain('canary');
  });
});
