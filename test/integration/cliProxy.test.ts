import { readdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect as tcp, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { openRecording } from '../../src/engine/recordingFile.ts';
import { demoServer } from '../support/engine.ts';
import { endAll, start, type Running } from './cliProcess.ts';

const folder = mkdtempSync(join(tmpdir(), 'duplex-proxy-'));
afterEach(endAll);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function proxyTo(target: string, ...args: string[]): Promise<Running & { url: string }> {
  const proxy = start(['proxy', target, '--port', '0', ...args]);
  await proxy.prints(/^ws:\S+\n/);
  return { ...proxy, url: /^ws:\S+/.exec(proxy.stdout())![0] };
}

async function server(options: object = {}): Promise<{ sockets: WebSocketServer; url: string }> {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', ...options });
  await once(sockets, 'listening');
  return { sockets, url: `ws://127.0.0.1:${(sockets.address() as { port: number }).port}` };
}

async function open(url: string, protocols: string[] = [], options: object = {}): Promise<WebSocket> {
  const client = new WebSocket(url, protocols, options);
  await once(client, 'open');
  return client;
}

describe('duplex proxy', () => {
  it('passes messages of both kinds and the close, and records and prints them', async () => {
    const demo = await demoServer();
    const record = join(folder, 'passed');
    const proxy = await proxyTo(demo.url, '--record', record, '--json');
    const client = await open(`${proxy.url}/echo`, ['v1.json', 'v2.json']);
    expect(client.protocol).toBe('v1.json');
    const came: [string, boolean][] = [];
    client.on('message', (data, isBinary) => came.push([(data as Buffer).toString('latin1'), isBinary]));
    client.send('{"a":1.0}');
    client.send(Buffer.from([0xff, 0x00]));
    await expect
      .poll(() => came)
      .toEqual([
        ['{"a":1.0}', false],
        ['\xff\x00', true],
      ]);
    client.close(4001, 'enough');
    const [code] = (await once(client, 'close')) as [number];
    expect(code).toBe(4001);
    await proxy.prints(/"kind":"close"/);
    proxy.child.kill('SIGINT');
    expect(await proxy.result).toMatchObject({ status: 0 });

    const lines = proxy
      .stdout()
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.every(({ conn }) => conn === 1)).toBe(true);
    expect(lines.filter(({ kind }) => kind === 'text').map(({ dir, text }) => [dir, text])).toEqual([
      ['out', '{"a":1.0}'],
      ['in', '{"a":1.0}'],
    ]);
    expect(lines.at(-1)).toMatchObject({ kind: 'close', code: 4001, reason: 'enough' });
    const [name] = readdirSync(record);
    expect(openRecording(join(record, name!)).rows).toBe(lines.length);
  });

  it('passes headers, path and subprotocols on, and messages that come with the handshake', async () => {
    const { sockets, url } = await server();
    const asked = new Promise<Record<string, unknown>>((resolve) => {
      sockets.on('connection', (socket, request) => {
        socket.send('at once');
        resolve({ path: request.url, origin: request.headers.origin, key: request.headers['x-key'] });
      });
    });
    const proxy = await proxyTo(url);
    const client = new WebSocket(`${proxy.url}/a?b=c`, {
      origin: 'https://app.test',
      headers: { 'X-Key': '7' },
    });
    const [data] = (await once(client, 'message')) as [Buffer];
    expect(data.toString()).toBe('at once');
    expect(await asked).toEqual({ path: '/a?b=c', origin: 'https://app.test', key: '7' });
    client.terminate();
    sockets.close();
  });

  it('passes a refusal on, and answers 502 without a server', async () => {
    const { sockets, url } = await server({
      verifyClient: (_: unknown, done: (ok: boolean, code: number, body: string) => void) =>
        done(false, 401, 'no token'),
    });
    for (const [target, status] of [
      [url, 401],
      ['ws://127.0.0.1:1', 502],
    ] as const) {
      const proxy = await proxyTo(target);
      const client = new WebSocket(proxy.url);
      client.on('error', () => undefined);
      const [, answer] = (await once(client, 'unexpected-response')) as [unknown, { statusCode: number }];
      expect(answer.statusCode).toBe(status);
      client.terminate();
    }
    sockets.close();
  });

  it.each([
    ['the client', 'without a code', undefined, 1005],
    ['the server', 'without a code', undefined, 1005],
    ['the client', 'with 1013', 1013, 1013],
    ['the server', 'with 4999', 4999, 4999],
  ])('passes on that %s closes %s', async (who, _, code, told) => {
    const { sockets, url } = await server();
    const connected = once(sockets, 'connection');
    const proxy = await proxyTo(url);
    const client = await open(proxy.url);
    const [socket] = (await connected) as [WebSocket];
    const [closing, other] = who === 'the client' ? [client, socket] : [socket, client];
    const ended = once(other, 'close');
    closing.close(code);
    expect((await ended)[0]).toBe(told);
    sockets.close();
  });

  it('passes pings and pongs on, and answers none itself', async () => {
    const { sockets, url } = await server({ autoPong: false });
    const connected = once(sockets, 'connection');
    const proxy = await proxyTo(url, '--json');
    const client = await open(proxy.url, [], { autoPong: false });
    const [socket] = (await connected) as [WebSocket];
    const log: string[] = [];
    for (const [name, side] of [
      ['client', client],
      ['server', socket],
    ] as const) {
      side.on('ping', (data: Buffer) => log.push(`${name}: ping ${data.toString()}`));
      side.on('pong', (data: Buffer) => log.push(`${name}: pong ${data.toString()}`));
      side.on('message', (data) => log.push(`${name}: ${(data as Buffer).toString()}`));
    }
    client.ping('a');
    client.send('after a');
    await expect.poll(() => log).toEqual(['server: ping a', 'server: after a']);
    socket.pong('a');
    socket.ping('b');
    socket.send('after b');
    await expect.poll(() => log.slice(2)).toEqual(['client: pong a', 'client: ping b', 'client: after b']);
    client.pong('b');
    await expect.poll(() => log.at(-1)).toBe('server: pong b');
    await proxy.prints(/"dir":"out","kind":"pong"/);
    client.terminate();
    sockets.close();
  });

  it('gives the handshake with the server up if the client leaves before it is answered', async () => {
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const asked = once(silent, 'connection');
    const proxy = await proxyTo(`ws://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    const client = new WebSocket(proxy.url);
    client.on('error', () => undefined);
    const [socket] = (await asked) as [Socket];
    const left = once(socket.resume(), 'close');
    client.terminate();
    await left;
    silent.close();
  });

  it('keeps the order of a burst that comes with the handshake', async () => {
    const { sockets, url } = await server({ perMessageDeflate: false });
    const total = 200;
    sockets.on('connection', (socket) => {
      for (let n = 0; n < total; n++) socket.send(Buffer.alloc(64 * 1024, n));
      socket.close(1000, 'all');
    });
    const proxy = await proxyTo(url);
    const client = new WebSocket(proxy.url);
    const came: number[] = [];
    client.on('message', (data) => came.push((data as Buffer)[0]!));
    const [code, reason] = (await once(client, 'close')) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([1000, 'all']);
    expect(came).toEqual(Array.from({ length: total }, (_, n) => n));
    sockets.close();
  });

  const total = 128;

  /** Sends numbered messages of 1 MiB. @returns the bytes that wait at the sender once nothing more leaves */
  async function waiting(sender: WebSocket): Promise<number> {
    for (let n = 0; n < total; n++) sender.send(Buffer.alloc(1024 * 1024, n));
    // Kernel buffers take some; the rest waits until the receiver reads.
    await expect.poll(() => sender.bufferedAmount, { timeout: 10_000 }).toBeLessThan(total * 1024 * 1024);
    let before = -1;
    await expect
      .poll(
        () => {
          const same = sender.bufferedAmount === before;
          before = sender.bufferedAmount;
          return same;
        },
        { interval: 1_000, timeout: 20_000 },
      )
      .toBe(true);
    return before;
  }

  /** Lets the receiver read, and expects each message in its place. */
  async function receivesAll(receiver: WebSocket): Promise<void> {
    let received = 0;
    let inOrder = 0;
    receiver.on('message', (data) => {
      if ((data as Buffer)[0] === received++) inOrder++;
    });
    receiver.resume();
    await expect.poll(() => received, { timeout: 30_000 }).toBe(total);
    expect(inOrder).toBe(total);
  }

  it('slows the server down if the client does not read', async () => {
    const { sockets, url } = await server();
    const connected = once(sockets, 'connection');
    const proxy = await proxyTo(url);
    // Compressible messages would fill no buffer.
    const client = await open(proxy.url, [], { perMessageDeflate: false });
    client.pause();
    const [socket] = (await connected) as [WebSocket];
    expect(await waiting(socket)).toBeGreaterThan(32 * 1024 * 1024);
    await receivesAll(client);
    await expect.poll(() => socket.bufferedAmount, { timeout: 10_000 }).toBe(0);
    client.terminate();
    sockets.close();
  }, 90_000);

  it('slows the client down if the server does not read', async () => {
    const { sockets, url } = await server();
    const connected = once(sockets, 'connection');
    const proxy = await proxyTo(url);
    const client = await open(proxy.url, [], { perMessageDeflate: false });
    const [socket] = (await connected) as [WebSocket];
    socket.pause();
    expect(await waiting(client)).toBeGreaterThan(32 * 1024 * 1024);
    await receivesAll(socket);
    await expect.poll(() => client.bufferedAmount, { timeout: 10_000 }).toBe(0);
    client.terminate();
    sockets.close();
  }, 90_000);

  it('reports the protocol violation of a client with the section, and continues', async () => {
    const demo = await demoServer();
    const proxy = await proxyTo(demo.url);
    const { port } = new URL(proxy.url);
    const head = (key: string): string =>
      `GET /echo HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n${key}\r\n\r\n`;
    const bad = tcp(Number(port), '127.0.0.1');
    bad.write(head('Sec-WebSocket-Key: short'));
    let answer = '';
    bad.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    await once(bad, 'end');
    expect(answer).toMatch(/^HTTP\/1\.1 400 .*The client's handshake has no Sec-WebSocket-Key/s);
    const unmasked = tcp(Number(port), '127.0.0.1');
    unmasked.write(head('Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='));
    await once(unmasked, 'data');
    unmasked.write(Buffer.from([0x81, 0x01, 0x41]));
    await expect
      .poll(() => proxy.stderr())
      .toMatch(
        /The client at 127\.0\.0\.1:\d+ violated the WebSocket protocol: .*not masked \(RFC 6455, section 5\.1\)/,
      );
    unmasked.destroy();
    const client = await open(`${proxy.url}/echo`);
    client.terminate();
  });

  it('says that a port is in use', async () => {
    const { sockets, url } = await server();
    const { status, stderr } = await start(['proxy', url, '--port', new URL(url).port]).result;
    expect(status).toBe(2);
    expect(stderr).toMatch(/Port \d+ is in use/);
    sockets.close();
  });
});
