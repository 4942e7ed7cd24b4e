import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import jayson from 'jayson';
import { RPCServer } from 'ocpp-rpc';
import protobuf from 'protobufjs';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { analyzeRequestFile } from '../../../src/core/request/plan/analyzeRequestFile.ts';
import { endAll, start } from '../cliProcess.ts';
import { countingServer } from './support/graphqlServer.ts';
import { mqttBrokers } from './support/mqttBrokers.ts';
import { hubServer } from './support/signalrServer.ts';
import { chatServer } from './support/socketioServers.ts';
import { stompApplication } from './support/stompBroker.ts';

// Each of these examples runs through the built command line against a server that shares no code with Duplex, and passes.

const FOLDER = join(import.meta.dirname, '../../../examples/protocols');

/** Starts a server. @returns the address that the example has a variable for, and what it saw */
type Start = () => Promise<{ readonly host: string; readonly seen: readonly unknown[] }>;

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(endAll);

async function listen(http: Server): Promise<string> {
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    http.closeAllConnections();
    http.close();
  });
  return `127.0.0.1:${(http.address() as AddressInfo).port}`;
}

const SERVERS: Readonly<Record<string, Start>> = {
  'socketio-chat.ws': async () => {
    const server = await chatServer(4);
    ends.push(() => server.close());
    return { host: server.url.replace('http://', ''), seen: server.seen };
  },

  'graphql-subscription.ws': async () => {
    const server = await countingServer();
    ends.push(() => server.close());
    return { host: new URL(server.url).host, seen: server.seen };
  },

  'json-rpc-calculator.ws': async () => {
    const seen: unknown[] = [];
    type Answer = (error: unknown, result?: number) => void;
    const server = new jayson.Server({
      add: ([a, b]: number[], done: Answer) => {
        seen.push(['add', a, b]);
        done(null, a! + b!);
      },
      divide: ([a, b]: number[], done: Answer) => {
        seen.push(['divide', a, b]);
        if (b === 0) done({ code: -32001, message: 'Division by zero' });
        else done(null, a! / b!);
      },
    });
    const http = createServer();
    server.websocket({ server: http });
    return { host: await listen(http), seen };
  },

  'ocpp-charger.ws': async () => {
    const seen: unknown[] = [];
    // Strict: what the example sends is checked against the schemas of OCPP 1.6.
    const server = new RPCServer({ protocols: ['ocpp1.6'], strictMode: true });
    server.on('client', (client: Charger) => {
      const answer = (action: string, result: () => unknown): void =>
        client.handle(action, ({ params }) => {
          seen.push([client.identity, action, params]);
          return result();
        });
      const currentTime = new Date().toISOString();
      answer('BootNotification', () => ({ status: 'Accepted', interval: 300, currentTime }));
      answer('Authorize', () => ({ idTagInfo: { status: 'Accepted' } }));
      answer('StartTransaction', () => ({ transactionId: 7, idTagInfo: { status: 'Accepted' } }));
      answer('StopTransaction', () => ({}));
      answer('StatusNotification', () => ({}));
      answer('Heartbeat', () => {
        const change = { connectorId: 1, type: 'Inoperative' };
        void client
          .call('ChangeAvailability', change)
          .then((reply) => seen.push([client.identity, 'replied', reply]));
        return { currentTime };
      });
    });
    const http = await server.listen(0, '127.0.0.1');
    ends.push(() => server.close({ force: true }));
    return { host: `127.0.0.1:${(http.address() as AddressInfo).port}`, seen };
  },

  'stomp-chat.ws': async () => {
    const broker = await stompApplication();
    ends.push(() => broker.end());
    return { host: new URL(broker.url).host, seen: broker.told };
  },

  'mqtt-sensor.ws': async () => {
    const brokers = await mqttBrokers();
    ends.push(() => brokers.end());
    const published: unknown[] = [];
    brokers.aedes.on('publish', ({ topic, payload, qos }, client) => {
      if (client) published.push(['aedes', topic, String(payload), qos]);
    });
    return {
      host: brokers.url.replace('ws://', ''),
      get seen() {
        return [...published, ...brokers.packets];
      },
    };
  },

  'signalr-hub.ws': async () => {
    const hub = await hubServer();
    ends.push(() => hub.end());
    return { host: new URL(hub.url).host, seen: hub.requests };
  },

  'protobuf-feed.ws': async () => {
    const seen: unknown[] = [];
    // Another library than the one that Duplex encodes with.
    const schema = await protobuf.load(join(FOLDER, '../data/feed.proto'));
    const [subscribe, tick] = ['feed.Subscribe', 'feed.Tick'].map((name) => schema.lookupType(name));
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await new Promise((resolve) => server.once('listening', resolve));
    ends.push(() => server.close());
    server.on('connection', (socket) =>
      socket.on('message', (data) => {
        const { symbols } = subscribe!.decode(data as Buffer) as unknown as { symbols: string[] };
        seen.push(subscribe!.toObject(subscribe!.decode(data as Buffer)));
        for (const [at, symbol] of symbols.entries()) {
          const levels = [1, 2].map((level) => ({ price: level, size: level * 100 }));
          const sequence = `900719925474099${at}`;
          socket.send(
            tick!.encode(tick!.fromObject({ symbol, price: 1.5, side: 'BUY', sequence, levels })).finish(),
          );
        }
      }),
    );
    return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
  },
};

/** Types that ocpp-rpc lacks. */
interface Charger {
  readonly identity: string;
  handle(method: string, handler: (call: { readonly params?: unknown }) => unknown): void;
  call(method: string, params: object): Promise<unknown>;
}

/** The variables with the address, where it is another one than `host`. */
const VARIABLES: Readonly<Record<string, string>> = { 'stomp-chat.ws': 'server', 'mqtt-sensor.ws': 'server' };

/** The messages that the servers must have received. */
const SAID: Readonly<Record<string, readonly unknown[]>> = {
  'socketio-chat.ws': [
    ['/', 'say', ['Hello', { room: 1 }]],
    ['/', 'add', [2, 3]],
    ['/', 'say', [{ $base64: 'AAEC/w==' }]],
    ['/admin', 'say', ['Hello, admins']],
  ],
  'graphql-subscription.ws': [{ client: 'example' }],
  'json-rpc-calculator.ws': [
    ['add', 1.5, 2],
    ['divide', 10, 4],
    ['add', 2.5, 1],
    ['divide', 1, 0],
  ],
  'protobuf-feed.ws': [{ symbols: ['ABC', 'XYZ'], depth: 2 }],
  'stomp-chat.ws': [
    ['/topic/chat', '{"from":"Ann","text":"Hello"}'],
    ['/queue/orders', 'Order 1'],
    expect.objectContaining({ subscription: 'sub-0', 'message-id': expect.stringMatching(/^msg/) as string }),
  ],
  'mqtt-sensor.ws': [
    ['aedes', 'sensors/1/temperature', '{"celsius": 21.5}', 1],
    expect.objectContaining({
      cmd: 'connect',
      protocolVersion: 5,
      keepalive: 30,
      will: expect.objectContaining({ topic: 'sensors/2/state', retain: true }) as unknown,
    }),
    expect.objectContaining({
      cmd: 'publish',
      topic: 'sensors/2/humidity',
      qos: 2,
      properties: { contentType: 'application/json', userProperties: { unit: 'percent' } },
    }),
    expect.objectContaining({ cmd: 'pubrel' }),
    expect.objectContaining({ cmd: 'disconnect' }),
  ],
  'signalr-hub.ws': [
    { line: 'POST /hub/negotiate?negotiateVersion=1', authorization: undefined },
    { line: expect.stringMatching(/^GET \/hub\?id=/) as string, authorization: undefined },
  ],
  'ocpp-charger.ws': [
    ['CP001', 'Authorize', { idTag: '045A2B' }],
    ['CP001', 'StopTransaction', expect.objectContaining({ transactionId: 7, meterStop: 1200 })],
    ['CP001-2', 'replied', { status: 'Accepted' }],
  ],
};

describe.each(Object.keys(SERVERS))('%s', (name) => {
  it('has nothing to be said against it', () => {
    const { diagnostics } = analyzeRequestFile(readFileSync(join(FOLDER, name), 'utf8'));
    expect(diagnostics.filter(({ severity }) => severity !== 'hint')).toEqual([]);
  });

  it('passes, and the server was told what it says', async () => {
    const server = await SERVERS[name]!();
    const args = [
      'run',
      join(FOLDER, name),
      '--var',
      `${VARIABLES[name] ?? 'host'}=${server.host}`,
      '--reporter',
      'spec',
    ];
    const { status, stdout, stderr } = await start(args, 'closed', {
      env: { DUPLEX_SECRET_CHATTOKEN: 'secret' },
    }).result;
    expect({ status, stderr }, stdout).toEqual({ status: 0, stderr: expect.any(String) as string });
    for (const said of SAID[name]!) expect(server.seen).toContainEqual(said);
  });
});
