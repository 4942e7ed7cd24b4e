import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type * as CentrifugeJs from 'centrifuge';
import type PusherJs from 'pusher-js';
import { afterEach, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { findProtocol } from '../../../src/core/protocol/registry.ts';
import { toUnit } from '../../../src/core/protocol/unit.ts';
import type { VerbCall } from '../../../src/core/protocol/verb.ts';
import { until } from './support/waiting.ts';

// The clients of these protocols talk to small servers that follow the protocols' documents. Duplex decodes their
// messages, and sends the same ones.

const require = createRequire(import.meta.url);

/** Types that the packages lack. */
interface Phoenix {
  Socket: new (
    url: string,
    options: { transport: unknown },
  ) => {
    connect(): void;
    disconnect(): void;
    channel(
      topic: string,
      params: object,
    ): { join(): Push; push(event: string, payload: object): Push; leave(): Push };
  };
}

interface Push {
  receive(status: string, done: (value: unknown) => void): unknown;
}

interface ActionCable {
  adapters: { WebSocket: unknown };
  createConsumer(url: string): {
    disconnect(): void;
    subscriptions: { create(channel: object, mixin: { connected(): void }): CableSubscription };
  };
}

interface CableSubscription {
  perform(action: string, data: object): void;
  unsubscribe(): void;
}

const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});

/** A server that answers each message, and records the received ones. */
async function serve(
  answer: (message: string) => readonly unknown[],
  greeting: readonly unknown[] = [],
  subprotocol?: string,
): Promise<{ url: string; port: number; heard: string[] }> {
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    ...(subprotocol !== undefined && { handleProtocols: () => subprotocol }),
  });
  const heard: string[] = [];
  server.on('connection', (socket) => {
    const send = (value: unknown): void => socket.send(JSON.stringify(value));
    greeting.forEach(send);
    socket.on('message', (data: Buffer) => {
      for (const line of data.toString().trim().split('\n')) {
        heard.push(line);
        answer(line).forEach(send);
      }
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  ends.push(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `ws://127.0.0.1:${port}`, port, heard };
}

/** A server that answers each binary message, and keeps the received ones. */
async function serveBinary(
  subprotocol: string,
  answer: (message: Uint8Array) => readonly unknown[],
): Promise<{ url: string; heard: Uint8Array[] }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => subprotocol });
  const heard: Uint8Array[] = [];
  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const message = new Uint8Array(data);
      heard.push(message);
      for (const each of answer(message)) socket.send(each as Uint8Array);
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  ends.push(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, heard };
}

/** The messages of verbs, as text. */
function said(
  id: string,
  url: string,
  calls: readonly (readonly [verb: string, parts?: Partial<VerbCall>])[],
): string[] {
  const peer = findProtocol(id)!.createPeer({ url, subprotocol: '' }, 'client', { uniqueId: () => 'unique' });
  const started = peer.start(true).map(({ data }) => new TextDecoder().decode(data));
  const verbs = calls.map(([verb, parts]) => {
    const none = { arguments: [], options: {}, body: undefined, headers: [], beside: [], taken: undefined };
    const encoded = peer.encode({ verb, ...none, ...parts });
    if ('problem' in encoded) throw new Error(encoded.problem);
    return new TextDecoder().decode(encoded.messages[0]?.data);
  });
  return [...started, ...verbs];
}

function decoded(id: string, url: string, messages: readonly string[]): string[][] {
  const decoder = findProtocol(id)!.createDecoder({ url, subprotocol: '' });
  return messages.flatMap((message) => {
    const { units, problems } = decoder.decode({
      kind: 'text',
      from: 'client',
      data: new TextEncoder().encode(message),
    });
    expect(problems).toEqual([]);
    return units.map(toUnit).map(({ type, name }) => [type, name]);
  });
}

const values = (messages: readonly string[]): unknown[] =>
  messages.map((message) => JSON.parse(message) as unknown);

it('phoenix', async () => {
  const { url, heard } = await serve((message) => {
    const [joinRef, ref, topic] = JSON.parse(message) as string[];
    return [[joinRef, ref, topic, 'phx_reply', { status: 'ok', response: {} }]];
  });
  const { Socket } = require('phoenix') as Phoenix;
  const socket = new Socket(`${url}/socket`, { transport: WebSocket });
  ends.push(() => socket.disconnect());
  socket.connect();
  const channel = socket.channel('room:lobby', { v: 1 });
  await new Promise((resolve) => channel.join().receive('ok', resolve));
  await new Promise((resolve) => channel.push('say', { body: 'hi' }).receive('ok', resolve));
  await new Promise((resolve) => channel.leave().receive('ok', resolve));
  await until(() => heard.length === 3);
  const vsn = `${url}/socket/websocket?vsn=2.0.0`;
  expect(decoded('phoenix', vsn, heard)).toEqual([
    ['subscribe', 'room:lobby'],
    ['call', 'say'],
    ['unsubscribe', 'room:lobby'],
  ]);
  const ours = values(
    said('phoenix', vsn, [
      ['join', { arguments: ['room:lobby'], body: '{"v":1}' }],
      ['push', { arguments: ['room:lobby', 'say'], body: '{"body":"hi"}' }],
      ['leave', { arguments: ['room:lobby'] }],
    ]),
  ) as unknown[][];
  // Each client chooses the numbers of its refs.
  expect(ours.map((parts) => parts.slice(2))).toEqual(
    (values(heard) as unknown[][]).map((parts) => parts.slice(2)),
  );
});

it('@rails/actioncable', async () => {
  const { url, heard } = await serve(
    (message) => {
      const { command, identifier } = JSON.parse(message) as { command: string; identifier: string };
      return command === 'subscribe' ? [{ type: 'confirm_subscription', identifier }] : [];
    },
    [{ type: 'welcome' }],
    'actioncable-v1-json',
  );
  Object.assign(globalThis, {
    addEventListener: () => {},
    removeEventListener: () => {},
    document: { visibilityState: 'visible' },
  });
  ends.push(() => Reflect.deleteProperty(globalThis, 'document'));
  const cable = require('@rails/actioncable') as ActionCable;
  cable.adapters.WebSocket = WebSocket;
  const consumer = cable.createConsumer(`${url}/cable`);
  ends.push(() => consumer.disconnect());
  const subscription = await new Promise<CableSubscription>((resolve) => {
    const made = consumer.subscriptions.create(
      { channel: 'ChatChannel', room: 'lobby' },
      { connected: () => resolve(made) },
    );
  });
  subscription.perform('speak', { message: 'hi' });
  subscription.unsubscribe();
  await until(() => heard.length === 3);
  expect(decoded('action-cable', url, heard)).toEqual([
    ['subscribe', 'ChatChannel'],
    ['event', 'speak'],
    ['unsubscribe', 'ChatChannel'],
  ]);
  const ours = said('action-cable', url, [
    ['subscribe', { arguments: ['ChatChannel'], body: '{"room":"lobby"}' }],
    ['perform', { arguments: ['speak'], body: '{"message":"hi"}' }],
    ['unsubscribe'],
  ]);
  expect(values(ours)).toEqual(values(heard));
});

it('pusher-js', async () => {
  const { port, url, heard } = await serve(
    (message) => {
      const { event, data } = JSON.parse(message) as { event: string; data: { channel: string } };
      if (event !== 'pusher:subscribe') return [];
      return [{ event: 'pusher_internal:subscription_succeeded', channel: data.channel, data: '{}' }];
    },
    [{ event: 'pusher:connection_established', data: '{"socket_id":"1.1","activity_timeout":120}' }],
  );
  const Pusher = require('pusher-js') as typeof PusherJs;
  const pusher = new Pusher('key', {
    wsHost: '127.0.0.1',
    wsPort: port,
    forceTLS: false,
    enabledTransports: ['ws'],
    cluster: 'x',
    disableStats: true,
  });
  ends.push(() => pusher.disconnect());
  const channel = pusher.subscribe('news');
  await new Promise((resolve) => channel.bind('pusher:subscription_succeeded', resolve));
  channel.trigger('client-typing', { who: 'Ann', at: 1.5 });
  pusher.unsubscribe('news');
  await until(() => heard.length === 3);
  expect(decoded('pusher', url, heard)).toEqual([
    ['subscribe', 'news'],
    ['event', 'client-typing'],
    ['unsubscribe', 'news'],
  ]);
  const [subscribed, triggered, unsubscribed] = values(heard) as {
    event: string;
    data: { channel: string };
  }[];
  const ours = values(
    said('pusher', url, [
      ['subscribe', { arguments: ['news'] }],
      ['trigger', { arguments: ['news', 'client-typing'], body: '{"who": "Ann", "at": 1.5}' }],
      ['unsubscribe', { arguments: ['news'] }],
    ]),
  ) as (typeof subscribed)[];
  // The client adds a signature to the subscription, and nothing to its events.
  expect(ours[1]).toEqual(triggered);
  expect([ours[0], ours[2]].map((each) => [each?.event, each?.data.channel])).toEqual(
    [subscribed, unsubscribed].map((each) => [each?.event, each?.data.channel]),
  );
});

it('centrifuge', async () => {
  const { url, heard } = await serve((message) => {
    const { id, connect, subscribe, rpc } = JSON.parse(message) as Record<string, unknown>;
    if (connect) return [{ id, connect: { client: 'c', version: '1', ping: 25, pong: true } }];
    if (subscribe) return [{ id, subscribe: {} }];
    return rpc ? [{ id, rpc: { data: { now: 1 } } }] : [];
  });
  const { Centrifuge } = require('centrifuge') as typeof CentrifugeJs;
  const client = new Centrifuge(`${url}/connection/websocket`, { websocket: WebSocket });
  ends.push(() => client.disconnect());
  client.connect();
  await client.ready();
  const subscription = client.newSubscription('news');
  subscription.subscribe();
  await subscription.ready();
  await client.rpc('time', { zone: 'UTC' });
  expect(decoded('centrifugo', url, heard)).toEqual([
    ['control', 'connect'],
    ['subscribe', 'news'],
    ['call', 'time'],
  ]);
  const ours = said('centrifugo', url, [
    ['connect', { body: '{"name":"js"}' }],
    // The client asks for the compaction of channels.
    ['subscribe', { arguments: ['news'], body: '{"flag":1}' }],
    ['call', { arguments: ['time'], body: '{"zone":"UTC"}' }],
  ]).slice(1);
  // Each client chooses the numbers of its ids.
  const requests = (messages: readonly string[]) =>
    values(messages).map((each) => ({ ...(each as object), id: undefined }));
  expect(requests(ours)).toEqual(requests(heard));
  expect(values(ours).map((each) => typeof (each as { id?: unknown }).id)).toEqual([
    'number',
    'number',
    'number',
  ]);
});

it('wampy', async () => {
  const { url, heard } = await serve(
    (message) => {
      const [code, request] = JSON.parse(message) as [number, number];
      if (code === 1) return [[2, 1, { roles: { broker: {}, dealer: {} } }]];
      if (code === 32) return [[33, request, 7]];
      // A registration is followed by a call of it.
      if (code === 64)
        return [
          [65, request, 9],
          [68, 77, 9, {}, [20, 22]],
        ];
      if (code === 16) return [[17, request, 11]];
      return code === 48 ? [[50, request, {}, [5]]] : [];
    },
    [],
    'wamp.2.json',
  );
  const { Wampy } = await import('wampy');
  const client = new Wampy(url, { realm: 'realm1', ws: WebSocket } as never);
  await client.connect();
  await client.subscribe('com.example.news', () => {});
  await client.call('com.example.add', [2, 3]);
  await client.publish('com.example.news', ['hello', { n: 1 }]);
  await client.register('com.example.sum', ({ argsList = [] }) => ({
    argsList: [(argsList as number[]).reduce((sum, each) => sum + each, 0)],
  }));
  await until(() => heard.length === 6);
  expect(decoded('wamp', url, heard)).toEqual([
    ['control', 'realm1'],
    ['subscribe', 'com.example.news'],
    ['call', 'com.example.add'],
    ['call', 'com.example.news'],
    ['call', 'com.example.sum'],
    ['reply', ''],
  ]);
  const invocation = { type: 'call', name: 'INVOCATION', id: '77', range: { start: 0, end: 0 } } as const;
  const ours = values(
    said('wamp', url, [
      ['hello', { arguments: ['realm1'] }],
      ['subscribe', { arguments: ['com.example.news'] }],
      ['call', { arguments: ['com.example.add'], body: '[2, 3]' }],
      ['publish', { arguments: ['com.example.news'], body: '["hello", {"n": 1}]' }],
      ['register', { arguments: ['com.example.sum'] }],
      ['yield', { taken: invocation, body: '[42]' }],
    ]),
  ) as unknown[][];
  const theirs = values(heard) as unknown[][];
  expect(ours[0]?.slice(0, 2)).toEqual(theirs[0]?.slice(0, 2));
  expect(ours[1]?.[3]).toBe(theirs[1]?.[3]);
  // Each client chooses the numbers of its ids and the options of a request.
  for (const at of [2, 3, 4]) {
    expect(ours[at]?.[0]).toBe(theirs[at]?.[0]);
    expect(ours[at]?.slice(3)).toEqual(theirs[at]?.slice(3));
  }
  expect(ours[5]).toEqual(theirs[5]);
  ends.push(() => void client.disconnect());
});

it.each([
  [
    'wamp-msgpack',
    'wamp.2.msgpack',
    async () => new (await import('wampy/MsgpackSerializer.js')).MsgpackSerializer(),
  ],
  ['wamp-cbor', 'wamp.2.cbor', async () => new (await import('wampy/CborSerializer.js')).CborSerializer()],
] as const)('wampy over %s', async (id, subprotocol, createSerializer) => {
  const serializer = await createSerializer();
  const { url, heard } = await serveBinary(subprotocol, (message) => {
    const [code, request] = serializer.decode(message) as [number, number];
    if (code === 1) return [serializer.encode([2, 5_862_334_958_234, { roles: { broker: {}, dealer: {} } }])];
    if (code === 32) return [serializer.encode([33, request, 7])];
    return code === 48 ? [serializer.encode([50, request, {}, [5]])] : [];
  });
  const { Wampy } = await import('wampy');
  const client = new Wampy(url, { realm: 'realm1', ws: WebSocket, serializer } as never);
  ends.push(() => void client.disconnect());
  await client.connect();
  await client.subscribe('com.example.news', () => {});
  await client.call('com.example.add', [2, 3]);
  const module = findProtocol(id)!;
  const decoder = module.createDecoder({ url, subprotocol });
  const units = heard.flatMap((data) =>
    decoder.decode({ kind: 'binary', from: 'client', data }).units.map(toUnit),
  );
  expect(units.map(({ type, name }) => [type, name])).toEqual([
    ['control', 'realm1'],
    ['subscribe', 'com.example.news'],
    ['call', 'com.example.add'],
  ]);
  expect(units[2]?.payload?.content).toBe('[2,3]');
  // The library reads what our verbs send, and our peer and decoder what its router answers.
  const peer = module.createPeer({ url, subprotocol }, 'client', { uniqueId: () => 'unique' });
  const none = { options: {}, headers: [], beside: [], taken: undefined };
  const say = (verb: string, argument: string, body?: string): unknown[] => {
    const encoded = peer.encode({ ...none, verb, arguments: [argument], body });
    if ('problem' in encoded) throw new Error(encoded.problem);
    return serializer.decode(encoded.messages[0]!.data) as unknown[];
  };
  expect(say('hello', 'realm1').slice(0, 2)).toEqual([1, 'realm1']);
  const welcome = new Uint8Array(serializer.encode([2, 5_862_334_958_234, { roles: {} }]) as Uint8Array);
  peer.receive({ kind: 'binary', from: 'server', data: welcome });
  expect(peer.opening.state).toBe('accepted');
  expect(say('call', 'com.example.add', '[2, 3]')).toEqual([48, 1, {}, 'com.example.add', [2, 3]]);
  const answer = new Uint8Array(serializer.encode([50, 1, {}, [5]]) as Uint8Array);
  expect(decoder.decode({ kind: 'binary', from: 'server', data: answer }).units.map(toUnit)).toMatchObject([
    { type: 'reply', replyTo: '1', payload: { content: '[5]' } },
  ]);
});
