import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import type { Evidence } from '../../../src/net/connection.ts';
import { createConnector } from '../../../src/net/wsConnection.ts';
import { outcome } from '../../support/outcome.ts';
import { frame, rawServer, switching } from '../../support/rawServer.ts';

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

describe('the evidence of a handshake that failed', () => {
  it('has the first bytes of an answer that is not HTTP', async () => {
    const { url } = await rawServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    const { error, evidence } = await outcome({ url });
    expect(error!.code).toBe('handshake.not-http');
    expect(evidence).toMatchObject({
      phase: 'http',
      firstBytes: Buffer.from('SSH-2.0-OpenSSH_9.2\r\n').toString('hex'),
      address: new URL(url).host,
      exchanges: [{ with: 'server', response: '' }],
    });
  });

  it.each([
    [
      'SSH',
      'SSH-2.0-OpenSSH_9.2\r\n',
      'answers with SSH and not with HTTP/1.1 (SSH-2.0-OpenSSH_9.2): check the port.',
    ],
    ['Redis', '-NOAUTH Authentication required.\r\n', 'answers with Redis and not with HTTP/1.1 (-NOAUTH'],
    ['SMTP', '220 mail.test ESMTP Postfix\r\n', 'answers with SMTP and'],
    [
      'HTTP/2',
      '\x00\x00\x12\x04\x00\x00\x00\x00\x00',
      'answers with HTTP/2 and not with HTTP/1.1: check the port.',
    ],
    ['TLS', '\x15\x03\x01\x00\x02\x02\x46', 'answers with TLS and not with HTTP/1.1: connect with wss://.'],
  ])(
    'names the protocol that answers, in one piece or several, with or without an end: %s',
    async (_, greeting, sentence) => {
      const bytes = Buffer.from(greeting, 'latin1');
      const whole = await rawServer((socket) => socket.end(bytes));
      const pieces = await rawServer((socket) => {
        socket.write(bytes.subarray(0, 1));
        setTimeout(() => socket.write(bytes.subarray(1)), 20);
      });
      for (const { url } of [whole, pieces])
        expect((await outcome({ url })).error).toMatchObject({
          code: 'handshake.not-http',
          message: expect.stringContaining(sentence) as string,
        });
    },
  );

  it.each<[string, (socket: Socket) => void, string]>([
    ['ends TCP', (socket) => socket.end(), 'closed the connection without a response to the handshake'],
    [
      'resets TCP',
      (socket) => socket.resetAndDestroy(),
      'reset the connection (ECONNRESET) without a response',
    ],
    [
      'ends in its answer',
      (socket) => socket.end('HTTP/1.1 101 S'),
      'in the middle of its response to the handshake, after 14 bytes',
    ],
  ])('describes the end of a server that %s', async (_, end, sentence) => {
    const { url } = await rawServer(end);
    expect((await outcome({ url })).error).toMatchObject({
      code: 'tcp.reset',
      message: expect.stringContaining(sentence) as string,
    });
  });

  it('has at most 64 of them', async () => {
    const { url } = await rawServer((socket) => socket.end('x'.repeat(1000)));
    expect((await outcome({ url })).evidence!.firstBytes).toBe('78'.repeat(64));
  });

  it('has the alert that a TLS server answers to plain HTTP', async () => {
    const alert = Buffer.from([0x15, 3, 1, 0, 2, 2, 70]);
    const { url } = await rawServer((socket) => socket.end(alert));
    const { error, evidence } = await outcome({ url });
    expect(error).toMatchObject({ code: 'handshake.not-http', message: /wss:\/\// });
    expect(evidence!.firstBytes).toBe(alert.toString('hex'));
  });

  it.each([
    ['a head that never ends', `HTTP/1.1 101 Ok\r\nX: ${'x'.repeat(70_000)}`, 'handshake.not-http'],
    ['a status line without a status', 'HTTP/1.1 Ok\r\n\r\n', 'handshake.not-http'],
    ['a line that is not a header', 'HTTP/1.1 101 Ok\r\nhello\r\n\r\n', 'handshake.not-http'],
    ['half a head', 'HTTP/1.1 101 Ok\r\nUpgr', 'tcp.reset'],
  ])('names %s', async (_, answer, code) => {
    const { url } = await rawServer((socket) => socket.end(answer));
    const { error, evidence } = await outcome({ url });
    expect(error!.code).toBe(code);
    expect(evidence!.exchanges![0]!.request).toMatch(/^GET /);
  });

  it('has the answer whose accept key is wrong', async () => {
    const { url } = await rawServer((socket, request) =>
      socket.write(switching(request.replace(/Key: ./, 'Key: ~'))),
    );
    const { error, evidence } = await outcome({ url });
    expect(error!.code).toBe('handshake.accept');
    expect(evidence).toMatchObject({ status: 101, phase: 'http' });
    expect(evidence!.exchanges![0]!.response).toContain('Sec-WebSocket-Accept');
  });

  it('has the subprotocol that was not offered', async () => {
    const { url } = await rawServer((socket, request) =>
      socket.write(switching(request, 'Sec-WebSocket-Protocol: v9')),
    );
    expect((await outcome({ url })).evidence!.subprotocol).toBe('v9');
  });

  it('names the phase at the time-out', async () => {
    const silent = await rawServer(() => {});
    const { error, evidence } = await outcome({ url: silent.url, handshakeTimeout: 100 });
    expect(error).toMatchObject({ code: 'handshake.timeout', message: /waited for an answer/ });
    expect(evidence).toMatchObject({ phase: 'http', exchanges: [{ response: '' }] });
    const tls = await outcome({ url: silent.url.replace('ws', 'wss'), handshakeTimeout: 100 });
    expect(tls.error).toMatchObject({ code: 'handshake.timeout', message: /waited for TLS/ });
    expect(tls.evidence!.phase).toBe('tls');
  });

  it('says that a name was not found', async () => {
    const { error, evidence } = await outcome({ url: 'ws://something.invalid/' });
    expect(error!.code).toBe('dns.not-found');
    expect(evidence).toEqual({ phase: 'dns', exchanges: [] });
  });

  it('says that TCP was not answered by a host that drops packets', async () => {
    // A server whose queue is full and that never accepts: further connections are not answered at all.
    const script = `
      const server = require('node:net').createServer();
      server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
        process.stdout.write(String(server.address().port));
        setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 50);
      });`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    closing.push(() => child.kill('SIGKILL'));
    const [port] = (await once(child.stdout, 'data')) as [Buffer];
    await new Promise((resolve) => setTimeout(resolve, 200));
    const options = { url: `ws://127.0.0.1:${port.toString()}/`, handshakeTimeout: 500 };
    const all = await Promise.all(Array.from({ length: 6 }, () => outcome(options)));
    const unanswered = all.find(({ error }) => error?.code === 'tcp.timeout');
    expect(unanswered?.error!.message).toMatch(/no answer within 0\.5 s/);
    expect(unanswered?.evidence).toEqual({ phase: 'tcp', exchanges: [] });
  });
});

describe('the body of a refusal', () => {
  const refusing = (head: string, body: string): Promise<{ url: string }> =>
    rawServer((socket) => socket.write(`HTTP/1.1 503 Busy\r\n${head}\r\n\r\n${body}`));

  it('is put together from its chunks', async () => {
    const { url } = await refusing('Transfer-Encoding: chunked', '4\r\nwhat\r\n6;x=y\r\n a day\r\n0\r\n\r\n');
    expect((await outcome({ url })).evidence!.body).toBe('what a day');
  });

  it('is the received part of incomplete chunks', async () => {
    const { url } = await refusing('Transfer-Encoding: chunked', '4\r\nwhat\r\nFF\r\n a d');
    expect((await outcome({ url, handshakeTimeout: 200 })).evidence!.body).toBe('what a d');
  });

  it('ends at its length, without a wait', async () => {
    const { url } = await refusing('Content-Length: 4', 'what else');
    const started = Date.now();
    expect((await outcome({ url })).evidence!.body).toBe('what');
    expect(Date.now() - started).toBeLessThan(1500);
  });
});

describe('the bytes after a 101', () => {
  /** The evidence of a connection that fails once it is open. */
  function afterwards(url: string): Promise<Evidence & { code: string }> {
    return new Promise((resolve) => {
      createConnector()(connectOptions({ url, deflate: false, closeTimeout: 50 }), {
        onOpen: () => {},
        onMessage: () => {},
        onControl: () => {},
        onError: ({ code }, evidence) => resolve({ code, ...evidence }),
        onEnd: () => {},
      });
    });
  }

  it('are shown if they are garbage', async () => {
    const { url } = await rawServer((socket, request) => {
      socket.write(switching(request));
      socket.write('<html>hello');
    });
    expect(await afterwards(url)).toMatchObject({
      code: 'protocol.frame',
      phase: 'open',
      firstBytes: Buffer.from('<html>hello').toString('hex'),
    });
  });

  it('are not shown after valid frames', async () => {
    const { url } = await rawServer((socket, request) => {
      socket.write(switching(request));
      socket.write(frame(0x81, 'hello'));
      setTimeout(() => socket.write(frame(0xf1, 'x')), 50);
    });
    const evidence = await afterwards(url);
    expect(evidence.code).toBe('protocol.frame');
    expect(evidence).not.toHaveProperty('firstBytes');
  });
});
