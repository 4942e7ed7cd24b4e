import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import jayson from 'jayson';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { endAll } from './cliProcess.ts';
import { requestFolder, type RequestFolder } from './requestFolder.ts';

// Real clients talk to real servers through `duplex proxy`. Its recording becomes a test, which runs against the same
// server.

const require = createRequire(import.meta.url);
const ends: (() => void)[] = [];

afterEach(() => {
  endAll();
  for (const end of ends.splice(0).reverse()) end();
});

/** Records a client's messages to a server, and drafts a test from them. */
async function drafted(
  server: string,
  talk: (url: string) => Promise<void>,
): Promise<{ folder: RequestFolder; text: string; stderr: string }> {
  const folder = requestFolder();
  ends.push(() => folder.remove());
  const proxy = folder.start(['proxy', server, '--port', '0', '--record', 'rec']);
  await proxy.prints(/^ws:\S+\n/);
  await talk(/^ws:\S+/.exec(proxy.stdout())![0]);
  proxy.child.kill('SIGINT');
  await proxy.result;
  const [recording] = readdirSync(join(folder.path, 'rec'));
  const args = ['export', join('rec', recording!), '--to', 'ws', '--output', 'drafted.ws'];
  const { status, stderr } = await folder.duplex(args);
  expect(status, stderr).toBe(0);
  return { folder, text: folder.read('drafted.ws'), stderr };
}

async function passesThreeTimes(folder: RequestFolder, env: Record<string, string> = {}): Promise<void> {
  for (let time = 1; time <= 3; time++) {
    const { status, stdout, stderr } = await folder.duplex(['run', 'drafted.ws'], env);
    expect(status, `run ${time}\n${folder.read('drafted.ws')}\n${stdout}\n${stderr}`).toBe(0);
  }
}

interface IoSocket {
  on(event: string, listener: (...args: unknown[]) => void): void;
  emit(event: string, ...args: unknown[]): void;
  close(): void;
}

describe('a Socket.IO session', () => {
  it('becomes verbs, waits by event, replies and captured ids, and passes', async () => {
    const http = createServer();
    const { Server } = require('socket.io') as {
      Server: new (...args: unknown[]) => {
        on(event: string, listener: (socket: IoSocket & { id: string }) => void): void;
        close(): void;
      };
    };
    const io = new Server(http, { pingInterval: 300, pingTimeout: 2000 });
    const left: unknown[] = [];
    io.on('connection', (socket) => {
      socket.emit('welcome', { you: socket.id, at: new Date().toISOString(), version: 3 });
      socket.on('join', (room, answer) =>
        (answer as (reply: object) => void)({ room, ticket: randomUUID(), members: ['ann', 'bob'] }),
      );
      socket.on('say', (ticket, text) =>
        socket.emit('said', { ticket, text, id: randomUUID(), ts: Date.now() }),
      );
      // Socket.IO ignores an event that comes together with the close: the answer keeps the client until it is read.
      socket.on('leave', (ticket) => {
        left.push(ticket);
        socket.emit('goodbye', { ticket });
      });
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    ends.push(() => {
      io.close();
      http.closeAllConnections();
    });
    const { port } = http.address() as AddressInfo;
    const { folder, text } = await drafted(`ws://127.0.0.1:${port}`, async (url) => {
      const { io: connect } = require('socket.io-client') as {
        io: (url: string, options: object) => IoSocket;
      };
      const socket = connect(url.replace('ws', 'http'), { transports: ['websocket'] });
      await new Promise<void>((resolve) => {
        socket.on('welcome', () =>
          socket.emit('join', 'lobby', (reply: { ticket: string }) => {
            socket.on('said', () => {
              socket.emit('leave', reply.ticket);
            });
            socket.on('goodbye', () => {
              // A heartbeat is recorded too.
              setTimeout(() => resolve(), 700);
            });
            socket.emit('say', reply.ticket, 'hello {{there}}');
          }),
        );
      });
      socket.close();
    });
    expect(text).toContain('# @protocol socket.io\n');
    expect(text).toMatch(/# @emit join\n# @ack\n\["lobby"\]/);
    expect(text).toMatch(/# @reply/);
    expect(text).toMatch(/# @capture ticket = payload\[0\]\.ticket/);
    expect(text).toContain('["{{ticket}}","hello \\{{there}}"]');
    expect(text).toContain('# @emit leave\n["{{ticket}}"]');
    expect(text).toContain('# @where name == "said"');
    expect(text).toContain('# @expect payload[0].ticket == "{{ticket}}"');
    expect(text).toContain('# @expect payload[0].ts isType "number"');
    expect(text).toContain('# @expect payload[0].version == 3');
    expect(text).not.toContain('# @where type == "control"');
    await passesThreeTimes(folder);
    await expect.poll(() => left.length).toBe(4);
    expect(new Set(left).size).toBe(4);
  });
});

describe('a JSON-RPC session', () => {
  it('becomes calls and their replies, and passes', async () => {
    const server = new jayson.Server({
      add: ([a, b]: number[], done: (error: unknown, sum?: number) => void) => done(null, a! + b!),
      open: (_: unknown, done: (error: unknown, made?: object) => void) =>
        done(null, { handle: randomUUID(), opened: Date.now() }),
      use: ({ handle }: { handle: string }, done: (error: unknown, made?: object) => void) =>
        done(null, { handle, ok: true }),
      fail: (_: unknown, done: (error: unknown) => void) => done({ code: -32050, message: 'It failed' }),
    });
    const http = createServer();
    server.websocket({ server: http });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    ends.push(() => {
      http.closeAllConnections();
      http.close();
    });
    const { port } = http.address() as AddressInfo;
    const { folder, text } = await drafted(`ws://127.0.0.1:${port}`, async (url) => {
      const socket = new WebSocket(url);
      await once(socket, 'open');
      const call = async (
        id: unknown,
        method: string,
        params: unknown,
      ): Promise<{ result: { handle: string } }> => {
        socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
        const [data] = (await once(socket, 'message')) as [Buffer];
        return JSON.parse(data.toString()) as { result: { handle: string } };
      };
      await call(randomUUID(), 'add', [1, 2]);
      const { result } = await call(7, 'open', []);
      await call(8, 'use', { handle: result.handle });
      await call(9, 'fail', []);
      socket.close();
      await once(socket, 'close');
    });
    expect(text).toContain('# @protocol json-rpc\n');
    expect(text).toMatch(/# @call add\n\[1,2\]/);
    expect(text).toContain('# @expect payload == 3');
    expect(text).toContain('# @capture handle = payload.handle');
    expect(text).toContain('{"handle":"{{handle}}"}');
    expect(text).toContain('# @expect payload.opened isType "number"');
    expect(text).toMatch(/# @expect type == "error"\n# @expect payload.code == -32050/);
    await passesThreeTimes(folder);
  });
});

describe('a session of plain JSON', () => {
  it('becomes waits by type and id, captures returned values, hides secrets, and passes', async () => {
    const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(sockets, 'listening');
    let served = 0;
    const refused: unknown[] = [];
    sockets.on('connection', (socket) => {
      const session = randomUUID();
      const send = (message: object): void => socket.send(JSON.stringify(message));
      let seq = 0;
      send({ type: 'hello', session, visits: ++served, time: new Date().toISOString() });
      const ticks = setInterval(() => send({ type: 'tick', seq: ++seq, price: Math.random() }), 20);
      socket.on('close', () => clearInterval(ticks));
      socket.on('message', (data: Buffer) => {
        const message = JSON.parse(data.toString()) as Record<string, unknown>;
        if (message.token !== 'correct-horse-battery' && message.session !== session) {
          refused.push(message);
          socket.close(4003, 'refused');
          return;
        }
        if (message.op === 'login') send({ type: 'login', ok: true, request: message.request });
        if (message.op === 'order')
          send({
            id: message.id,
            type: 'ordered',
            order: { id: served * 1000, side: message.side, 'a b': null },
          });
        if (message.op === 'bye') socket.close(4000, 'bye');
      });
    });
    ends.push(() => {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
    });
    const { port } = sockets.address() as AddressInfo;
    const { folder, text, stderr } = await drafted(
      `ws://127.0.0.1:${port}/feed?token=s3cr3tvalue`,
      async (url) => {
        const socket = new WebSocket(url);
        const said = (type: string): Promise<Record<string, string>> =>
          new Promise((resolve) =>
            socket.on('message', (data: Buffer) => {
              const message = JSON.parse(data.toString()) as Record<string, string>;
              if (message.type === type) resolve(message);
            }),
          );
        const { session } = await said('hello');
        const send = (message: object): void => socket.send(JSON.stringify(message));
        send({ op: 'login', token: 'correct-horse-battery', request: 5 });
        await said('login');
        send({ op: 'order', session, id: 'o-1', side: 'buy' });
        await said('ordered');
        await said('tick');
        const closed = once(socket, 'close');
        send({ op: 'bye', session });
        await closed;
      },
    );
    expect(text).not.toContain('correct-horse-battery');
    expect(text).not.toContain('s3cr3tvalue');
    expect(text).toContain('"token":"{{$secret token}}"');
    expect(text).toContain('# @where $.type == "hello"');
    expect(text).toContain('# @capture session = $.session');
    expect(text).toContain('"session":"{{session}}"');
    expect(text).toContain('# @where $.id == "o-1"');
    expect(text).toContain("# @expect $.order['a b'] == null");
    expect(text).toContain('# @expect $.order.id isType "number"');
    expect(text).toMatch(/# @where kind == "close"\n# @expect close.code == 4000/);
    expect(text).toContain('# Secrets are not in this file: token, token_2.');
    expect(text).toContain('token={{$secret token_2}}');
    expect(stderr).toContain('Set the secret token_2: the file refers to it.');
    await passesThreeTimes(folder, {
      DUPLEX_SECRET_TOKEN: 'correct-horse-battery',
      DUPLEX_SECRET_TOKEN_2: 's3cr3tvalue',
    });
    expect(refused).toEqual([]);
  });
});
