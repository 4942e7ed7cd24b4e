import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { readdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { Client as StompClient } from '@stomp/stompjs';
import { createClient } from 'graphql-ws';
import jayson from 'jayson';
import { connectAsync } from 'mqtt';
import { RPCClient, RPCServer } from 'ocpp-rpc';
import { afterEach, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { duplex, endAll, start, type Running } from './cliProcess.ts';
import { requestFolder, type RequestFolder } from './requestFolder.ts';

// The clients of other makers get the same answers from the replay of their servers, though their ids are others each time.

const require = createRequire(import.meta.url);
const examples = join(import.meta.dirname, '../../examples/servers');

const ends: (() => unknown)[] = [];
let folder: RequestFolder | undefined;
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  endAll();
  folder?.remove();
});

async function started(...args: string[]): Promise<Running & { url: string }> {
  const running = start(args, 'closed', { cwd: folder!.path });
  await running.prints(/^ws:\S+\n/);
  return { ...running, url: /^ws:\S+/.exec(running.stdout())![0] };
}

const example = async (name: string): Promise<string> =>
  (await started('serve', join(examples, name), '--port', '0')).url;

async function jsonRpcServer(): Promise<string> {
  const { Server } = require('rpc-websockets') as {
    Server: new (options: object) => {
      wss: WebSocketServer;
      register(name: string, method: (params: number[]) => unknown): void;
      close(): Promise<void>;
    };
  };
  const server = new Server({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.wss.once('listening', resolve));
  ends.push(() => server.close());
  server.register('add', ([a, b]) => a! + b!);
  return `ws://127.0.0.1:${(server.wss.address() as AddressInfo).port}/`;
}

async function jaysonServer(): Promise<string> {
  const server = new jayson.Server({
    add: ([a, b]: number[], done: (error: unknown, sum?: number) => void) => done(null, a! + b!),
  });
  const http = createServer();
  server.websocket({ server: http });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    http.closeAllConnections();
    http.close();
  });
  return `ws://127.0.0.1:${(http.address() as AddressInfo).port}/`;
}

async function phoenixServer(): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  ends.push(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  server.on('connection', (socket) =>
    socket.on('message', (data: Buffer) => {
      const [join, ref, topic, , payload] = JSON.parse(data.toString()) as unknown[];
      socket.send(JSON.stringify([join, ref, topic, 'phx_reply', { status: 'ok', response: payload }]));
      socket.send(JSON.stringify([join, null, topic, 'heard', payload]));
    }),
  );
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function ocppServer(): Promise<string> {
  const server = new RPCServer({ protocols: ['ocpp1.6'] });
  server.on('client', (client: { handle(name: string, handler: () => unknown): void }) =>
    client.handle('Heartbeat', () => ({ currentTime: '2026-01-01T00:00:00.000Z' })),
  );
  const http = await server.listen(0, '127.0.0.1');
  ends.push(() => server.close({ force: true }));
  return `ws://127.0.0.1:${(http.address() as AddressInfo).port}/`;
}

/** @param first a number from which a client that counts its ids starts */
type Converse = (url: string, first: number) => Promise<unknown>;

const talkJsonRpc: Converse = async (url, first) => {
  const { Client } = require('rpc-websockets') as {
    Client: new (
      url: string,
      options: object,
    ) => {
      rpc_id: number;
      on(event: string, listener: () => void): void;
      call(method: string, params: unknown): Promise<unknown>;
      close(): void;
    };
  };
  const client = new Client(url, { reconnect: false });
  await new Promise<void>((resolve) => client.on('open', resolve));
  client.rpc_id = first;
  const sums = [await client.call('add', [1, 2]), await client.call('add', [4, 5])];
  client.close();
  return sums;
};

const talkJayson: Converse = async (url) => {
  const client = jayson.Client.websocket({ url });
  const { ws } = client as unknown as { ws: WebSocket };
  await new Promise((resolve) => ws.once('open', resolve));
  const sum = await new Promise((resolve, reject) =>
    client.request('add', [2, 3], (error: unknown, answer: { result: unknown }) =>
      error instanceof Error ? reject(error) : resolve(answer.result),
    ),
  );
  ws.close();
  return sum;
};

const talkGraphql: Converse = async (url) => {
  const client = createClient({ url, webSocketImpl: WebSocket });
  const counts: unknown[] = [];
  for await (const { data } of client.iterate({ query: 'subscription Count { count(to: 3) }' }))
    counts.push(data);
  await client.dispose();
  return counts;
};

const talkStomp: Converse = async (url, first) => {
  const client = new StompClient({
    webSocketFactory: () => new WebSocket(url, ['v12.stomp', 'v11.stomp', 'v10.stomp']) as never,
    reconnectDelay: 0,
    heartbeatIncoming: 0,
    heartbeatOutgoing: 0,
  });
  await new Promise<void>((resolve) => {
    client.onConnect = () => resolve();
    client.activate();
  });
  const said = new Promise<unknown>((resolve) => {
    const heard = (message: { body: string; headers: Record<string, string> }): void =>
      resolve([message.body, message.headers['subscription'] === `sub-${first}`]);
    client.watchForReceipt(`receipt-${first}`, () =>
      client.publish({ destination: '/topic/chat', body: '{"said":"hello"}' }),
    );
    client.subscribe('/topic/chat', heard, { id: `sub-${first}`, receipt: `receipt-${first}` });
  });
  const result = await said;
  await client.deactivate({ force: true });
  return result;
};

const talkMqtt: Converse = async (url) => {
  const client = await connectAsync(url, { clientId: 'one', reconnectPeriod: 0, keepalive: 0 });
  const heard = new Promise<string>((resolve) =>
    client.on('message', (topic, payload) => resolve(`${topic} ${payload.toString()}`)),
  );
  await client.subscribeAsync('sensors/7/temperature', { qos: 1 });
  await client.publishAsync('sensors/7/temperature', '{"celsius":20}', { qos: 1 });
  const message = await heard;
  await client.endAsync(true);
  return message;
};

const talkSignalr: Converse = async (url, first) => {
  const connection = new HubConnectionBuilder()
    .withUrl(url.replace('ws:', 'http:'), {
      skipNegotiation: true,
      transport: HttpTransportType.WebSockets,
    })
    .configureLogging(LogLevel.None)
    .build();
  await connection.start();
  Object.assign(connection, { _invocationId: first });
  const answers: unknown[] = [await connection.invoke('Add', 1, 2), await connection.invoke('Echo', 7)];
  await connection.stop();
  return answers;
};

const talkPhoenix: Converse = async (url, first) => {
  interface Push {
    receive(status: string, done: (value: unknown) => void): unknown;
  }
  const { Socket } = require('phoenix') as {
    Socket: new (
      url: string,
      options: object,
    ) => {
      ref: number;
      connect(): void;
      disconnect(): void;
      channel(
        topic: string,
        params: object,
      ): {
        join(): Push;
        on(event: string, heard: (payload: unknown) => void): void;
        push(event: string, payload: object): Push;
      };
    };
  };
  const socket = new Socket(`${url}socket`, { transport: WebSocket });
  socket.ref = first;
  socket.connect();
  const channel = socket.channel('room:lobby', {});
  const heard: unknown[] = [];
  channel.on('heard', (payload) => heard.push(payload));
  await new Promise((resolve) => channel.join().receive('ok', resolve));
  const answer = await new Promise((resolve) => channel.push('say', { body: '1' }).receive('ok', resolve));
  await expect.poll(() => heard.length).toBe(2);
  socket.disconnect();
  return [answer, heard];
};

const talkOcpp: Converse = async (url) => {
  const client = new RPCClient({
    endpoint: url.replace(/\/$/, ''),
    identity: 'CP1',
    protocols: ['ocpp1.6'],
    reconnect: false,
  } as never);
  await client.connect();
  const answer: unknown = await client.call('Heartbeat', {});
  await client.close();
  return answer;
};

/** The messages of the client in JSON lines. */
function sent(lines: string, direction: 'in' | 'out'): unknown[] {
  return lines
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ kind, dir }) => (kind === 'text' || kind === 'binary') && dir === direction)
    .map(({ text, base64 }) => text ?? base64);
}

it.each<[string, () => Promise<string>, Converse]>([
  ['rpc-websockets', jsonRpcServer, talkJsonRpc],
  ['jayson', jaysonServer, talkJayson],
  ['graphql-ws', () => example('graphql-subscription.ws'), talkGraphql],
  ['@stomp/stompjs', () => example('stomp-chat.ws'), talkStomp],
  ['mqtt', () => example('mqtt-sensor.ws'), talkMqtt],
  ['@microsoft/signalr', () => example('signalr-hub.ws'), talkSignalr],
  ['phoenix', phoenixServer, talkPhoenix],
  ['ocpp-rpc', ocppServer, talkOcpp],
])('%s gets the same from a replay, with other ids', async (_, serve, converse) => {
  folder = requestFolder({});
  const target = await serve();
  const proxy = await started('proxy', target, '--port', '0', '--record', 'kept', '--frames');
  const original = await converse(proxy.url.replace(/\/?$/, '/'), 0);
  await proxy.prints(/close/);
  proxy.child.kill('SIGINT');
  await proxy.result;
  const recording = join('kept', readdirSync(join(folder.path, 'kept'))[0]!);
  const replay = ['serve', '--replay', recording, '--port', '0', '--speed', 'max', '--json'];
  const again = await started(...replay);
  expect(await converse(again.url.replace(/\/?$/, '/'), 70)).toEqual(original);
  expect(again.stderr()).toBe('');
  const log = await duplex(['log', recording, '--json'], 'closed', { cwd: folder.path });
  const [before, now] = [sent(log.stdout, 'out'), sent(again.stdout(), 'in')];
  expect(before.length).toBeGreaterThan(0);
  expect(now.slice(0, before.length)).not.toEqual(before);
});
