import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type * as GraphQL from 'graphql';
import type * as GraphQLWs from 'graphql-ws';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { testEngine } from '../../support/engine.ts';
import { runText } from '../../support/runs.ts';
import { talk } from './support/talk.ts';
import { payloadOf, until } from './support/waiting.ts';

// All by require: graphql refuses what another copy of it made, and graphql-ws and the old package load the CommonJS one.
const require = createRequire(import.meta.url);
const { buildSchema, execute, subscribe } = require('graphql') as typeof GraphQL;
const { makeServer } = require('graphql-ws') as typeof GraphQLWs;

const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});

const schema = buildSchema(`
  type Query { hello(name: String): String, broken: String! }
  type Subscription { count(to: Int!): Int, forever: Int }
`);

let stopped = 0;

const rootValue = {
  hello: ({ name }: { name?: string }) => `Hello ${name ?? 'you'}`,
  broken: () => {
    throw new Error('It broke');
  },
  async *count({ to }: { to: number }) {
    for (let count = 1; count <= to; count++) yield { count };
  },
  async *forever() {
    try {
      for (let n = 0; ; n++) {
        yield { forever: n };
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    } finally {
      stopped++;
    }
  },
};

/** A server of graphql-ws: it takes the token `secret`, or none if `open`. */
async function transportServer(open = true): Promise<string> {
  const http = createServer();
  const sockets = new WebSocketServer({ server: http, handleProtocols: () => 'graphql-transport-ws' });
  const server = makeServer({
    schema,
    roots: { query: rootValue, subscription: rootValue },
    connectionInitWaitTimeout: 500,
    onConnect: ({ connectionParams }) => open || connectionParams?.['token'] === 'secret',
  });
  sockets.on('connection', (socket, request) => {
    const closed = server.opened(
      {
        protocol: socket.protocol,
        // A socket that is closing takes nothing any more.
        send: (data) => new Promise((resolve) => socket.send(data, () => resolve())),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (listener) => socket.on('message', (data: Buffer) => void listener(data.toString())),
      },
      { socket, request },
    );
    socket.once('close', (code, reason) => void closed(code, reason.toString()));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    for (const socket of sockets.clients) socket.terminate();
    http.close();
  });
  return `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

describe('a server of graphql-ws', () => {
  it('answers queries and subscriptions, with their errors', async () => {
    const duplex = await talk({ url: await transportServer(), protocol: 'graphql-transport-ws' });
    expect(duplex.session.summary.protocol).toBe('graphql-transport-ws');
    const asked = await duplex.say('subscribe', {
      body: 'query Hi($name: String) { hello(name: $name) }\n\n{"name": "Ada"}',
    });
    const answer = await duplex.hear(({ replyTo }) => replyTo === asked);
    expect([answer.name, payloadOf(answer)]).toEqual(['Hi', { data: { hello: 'Hello Ada' } }]);

    const counting = await duplex.say('subscribe', { body: 'subscription Count { count(to: 3) }' });
    await until(() => duplex.units.filter(({ stream }) => stream === counting).length === 5);
    const counted = duplex.units.filter(({ stream, from }) => stream === counting && from === 'server');
    expect(counted.map(payloadOf)).toEqual([
      { data: { count: 1 } },
      { data: { count: 2 } },
      { data: { count: 3 } },
      undefined,
    ]);

    await duplex.say('subscribe', { body: '{ broken }' });
    expect(await duplex.hear(({ error }) => error !== undefined)).toMatchObject({
      error: 'It broke (at broken)',
    });
    await duplex.say('subscribe', { body: '{ nowhere }' });
    expect(await duplex.hear(({ type }) => type === 'error')).toMatchObject({
      error: expect.stringContaining('Cannot query field "nowhere"'),
    });
    expect(duplex.problems).toEqual([]);
  });

  it('hears that a subscription ends when its session does', async () => {
    const duplex = await talk({ url: await transportServer(), protocol: 'graphql-transport-ws' });
    const before = stopped;
    await duplex.say('subscribe', { body: 'subscription { forever }' });
    await duplex.hear(({ name }) => name === 'forever');
    await duplex.session.disconnect();
    await until(() => stopped === before + 1);
    expect(duplex.units.filter(({ from }) => from === 'client').at(-1)).toMatchObject({
      type: 'unsubscribe',
    });
  });

  it.each([
    ['secret', 'passed'],
    ['wrong', 'failed'],
  ])('runs the steps of a request that opens with the token %s: %s', async (token, status) => {
    const { engine } = await testEngine();
    const before = stopped;
    const [result] = await runText(
      engine,
      `# @protocol graphql-transport-ws
WEBSOCKET ${await transportServer(false)}

# @init
{"token": "${token}"}
===
# @subscribe
subscription Endless { forever }
=== wait-for-server
# @where type == "event"
# @where payload.data.forever == 2
# @within 2s
# @expect operation == "Endless"
===
# @complete
===
# @subscribe
query Hi($name: String) { hello(name: $name) }

{"name": "Ada"}
=== wait-for-server
# @reply
# @within 2s
# @expect payload.data.hello == "Hello Ada"
`,
    );
    expect(result, JSON.stringify(result)).toMatchObject({ status });
    if (status === 'passed') await until(() => stopped === before + 1);
    else expect(JSON.stringify(result)).toContain('4403');
  });

  it('takes the payload of @init, and refuses with 4403', async () => {
    const url = await transportServer(false);
    const welcome = await talk({ url, protocol: 'graphql-transport-ws' }, false);
    await welcome.say('init', { body: '{"token": "secret"}' });
    expect(await welcome.session.conduct.opening()).toEqual({ state: 'accepted' });
    const refused = await talk({ url, protocol: 'graphql-transport-ws' }, false);
    await refused.say('init', { body: '{"token": "wrong"}' });
    expect(await refused.session.conduct.opening()).toMatchObject({ state: 'refused' });
    await until(() => refused.session.state === 'closed');
    await refused.session.flush();
    const rows = await refused.session.readRows(0, 100);
    expect(rows.at(-1)).toMatchObject({ kind: 'close', preview: expect.stringContaining('4403') });
  });
});

describe('a server of subscriptions-transport-ws', () => {
  it('speaks the legacy protocol', async () => {
    const { SubscriptionServer } = require('subscriptions-transport-ws') as {
      SubscriptionServer: { create(options: object, socket: object): { close(): void } };
    };
    const http = createServer();
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const old = SubscriptionServer.create(
      {
        schema,
        rootValue,
        execute,
        subscribe,
        keepAlive: 200,
        onConnect: ({ token }: { token?: string }) => {
          if (token === 'wrong') throw new Error('bad token');
        },
      },
      { server: http },
    );
    ends.push(() => {
      old.close();
      http.closeAllConnections();
      http.close();
    });
    const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const duplex = await talk({ url, protocol: 'graphql-ws' });
    const asked = await duplex.say('subscribe', { body: 'subscription Count { count(to: 2) }' });
    await until(() => duplex.units.filter(({ stream }) => stream === asked).length >= 4);
    expect(duplex.units.filter(({ type }) => type === 'event').map(payloadOf)).toEqual([
      { data: { count: 1 } },
      { data: { count: 2 } },
      null,
    ]);
    await until(() => duplex.units.some(({ name }) => name === 'ka'));
    const refused = await talk({ url, protocol: 'graphql-ws' }, false);
    await refused.say('init', { body: '{"token": "wrong"}' });
    expect(await refused.session.conduct.opening()).toEqual({
      state: 'refused',
      reason: 'The server refused GraphQL (legacy graphql-ws): bad token.',
    });
  });
});
