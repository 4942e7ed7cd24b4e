import { once, type EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import jayson from 'jayson';
import { createRPCError, RPCClient, RPCServer } from 'ocpp-rpc';
import { afterEach, describe, expect, it } from 'vitest';
import type { WebSocketServer } from 'ws';
import { testEngine } from '../../support/engine.ts';
import { runText } from '../../support/runs.ts';
import { talk } from './support/talk.ts';
import { payloadOf, until } from './support/waiting.ts';

/** The exports of rpc-websockets, whose types are not among them. */
const rpcWebsockets = createRequire(import.meta.url)('rpc-websockets') as {
  readonly Client: new (
    url: string,
    options: { reconnect: boolean },
  ) => EventEmitter & {
    call(method: string, params: unknown): Promise<unknown>;
    notify(method: string, params: unknown): Promise<void>;
    subscribe(event: string): Promise<unknown>;
    close(): void;
  };
  readonly Server: new (options: { port: number; host: string }) => EventEmitter & {
    readonly wss: WebSocketServer;
    register(name: string, method: (params: unknown) => unknown): void;
    event(name: string): void;
    close(): Promise<void>;
  };
};

/** Types that ocpp-rpc lacks. */
interface Charger {
  readonly identity: string;
  handle(method: string, handler: (call: { readonly params?: unknown }) => unknown): void;
  call(method: string, params: object): Promise<unknown>;
  on(event: 'message', listener: (message: { message: unknown; outbound: boolean }) => void): void;
}

const ends: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function calculator(): Promise<string> {
  const server = new jayson.Server({
    add: ([a, b]: number[], done: (error: unknown, sum?: number) => void) => done(null, a! + b!),
    fail: (_: unknown, done: (error: unknown) => void) =>
      done({ code: -32050, message: 'It failed', data: { at: 1 } }),
  });
  const http = createServer();
  server.websocket({ server: http });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    http.closeAllConnections();
    http.close();
  });
  return `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

describe('a JSON-RPC server (jayson)', () => {
  it('answers the calls of a request', async () => {
    const { engine } = await testEngine();
    const [result, wrong] = await runText(
      engine,
      `### Right
# @protocol json-rpc
WEBSOCKET ${await calculator()}

# @call add
[1.5, 2]
=== wait-for-server
# @reply
# @within 2s
# @expect type == "reply"
# @expect payload == 3.5
# @expect error not exists
===
# @call fail
=== wait-for-server
# @reply
# @within 2s
# @expect error exists
# @expect payload.code == -32050
# @expect payload.data.at == 1

### Wrong
# @protocol json-rpc
WEBSOCKET ${await calculator()}

# @call add
[1, 2]
=== wait-for-server
# @reply
# @within 2s
# @expect payload == 4
`,
    );
    expect(result, JSON.stringify(result)).toMatchObject({ status: 'passed' });
    expect(wrong).toMatchObject({ status: 'failed' });
    expect(JSON.stringify(wrong)).toContain('Expected payload == 4, but it is 3');
  });

  it('judges each unit of a batch separately', async () => {
    const { engine } = await testEngine();
    const url = await calculator();
    const [result, mixed] = await runText(
      engine,
      ['4', '2']
        .map(
          (sum, index) => `### ${index}
# @protocol json-rpc
WEBSOCKET ${url}

[{"jsonrpc":"2.0","id":"a","method":"add","params":[1,1]},{"jsonrpc":"2.0","id":"b","method":"add","params":[2,2]}]
=== wait-for-server
# @where $[0].id exists
# @where payload == 4
# @within 500ms
# @expect payload == ${sum}
`,
        )
        .join('\n'),
    );
    expect(result, JSON.stringify(result)).toMatchObject({ status: 'passed' });
    expect(mixed).toMatchObject({ status: 'failed' });
  });

  it('answers calls, batches and errors', async () => {
    const duplex = await talk({ url: await calculator(), protocol: 'json-rpc' });
    const asked = await duplex.say('call', { arguments: ['add'], body: '[1.5, 2]' });
    const sum = await duplex.hear(({ type }) => type === 'reply');
    expect([sum.replyTo, payloadOf(sum)]).toEqual([asked, 3.5]);

    await duplex.say('call', { arguments: ['fail'] });
    const failure = await duplex.hear(({ type }) => type === 'error');
    expect(failure).toMatchObject({ error: 'It failed', replyTo: '2' });
    expect(payloadOf(failure)).toEqual({ code: -32050, message: 'It failed', data: { at: 1 } });

    await duplex.say('call', { arguments: ['nowhere'] });
    expect(await duplex.hear(({ type }) => type === 'error')).toMatchObject({ error: 'Method not found' });

    const batch =
      '[{"jsonrpc":"2.0","id":"a","method":"add","params":[1,1]},{"jsonrpc":"2.0","id":"b","method":"add","params":[2,2]}]';
    await duplex.session.send({ kind: 'text', data: new TextEncoder().encode(batch) });
    const replies = [
      await duplex.hear(({ replyTo }) => replyTo === '"a"'),
      await duplex.hear(({ replyTo }) => replyTo === '"b"'),
    ];
    expect(replies.map(payloadOf)).toEqual([2, 4]);
    expect(duplex.problems).toEqual([]);
  });
});

describe('rpc-websockets', () => {
  /** A server, and what its clients sent. */
  async function feed() {
    const server = new rpcWebsockets.Server({ port: 0, host: '127.0.0.1' });
    ends.push(() => server.close());
    await once(server, 'listening');
    const seen: unknown[] = [];
    server.wss.on('connection', (socket) =>
      socket.on('message', (data: Buffer) => seen.push(JSON.parse(data.toString()))),
    );
    server.register('sum', (params) => (params as number[]).reduce((a, b) => a + b));
    server.register('log', () => undefined);
    server.event('tick');
    return { server, seen, url: `ws://127.0.0.1:${(server.wss.address() as AddressInfo).port}/` };
  }

  it('gets from Duplex the messages of its own client', async () => {
    const { server, seen, url } = await feed();
    const client = new rpcWebsockets.Client(url, { reconnect: false });
    ends.push(() => client.close());
    await once(client, 'open');
    expect(await client.call('sum', [5, 3])).toBe(8);
    expect(await client.subscribe('tick')).toEqual({ tick: 'ok' });
    await client.notify('log', { level: 1 });
    await expect.poll(() => seen.length).toBe(3);
    const said = seen.splice(0);

    const duplex = await talk({ url, protocol: 'json-rpc' });
    const asked = await duplex.say('call', { arguments: ['sum'], body: '[5, 3]' });
    const sum = await duplex.hear(({ type }) => type === 'reply');
    expect([sum.replyTo, payloadOf(sum)]).toEqual([asked, 8]);
    await duplex.say('call', { arguments: ['rpc.on'], body: '["tick"]' });
    expect(payloadOf(await duplex.hear(({ type }) => type === 'reply'))).toEqual({ tick: 'ok' });
    await duplex.say('notify', { arguments: ['log'], body: '{"level": 1}' });
    await expect.poll(() => seen.length).toBe(3);
    const withoutId = (message: unknown): object => ({ ...(message as object), id: undefined });
    expect(seen.map(withoutId)).toEqual(said.map(withoutId));

    server.emit('tick', 1, 'two');
    const tick = await duplex.hear(({ type }) => type === 'event');
    expect([tick.name, payloadOf(tick)]).toEqual(['tick', [1, 'two']]);
    await duplex.say('call', { arguments: ['nowhere'] });
    expect(await duplex.hear(({ type }) => type === 'error')).toMatchObject({ error: 'Method not found' });
    expect(duplex.problems).toEqual([]);
  });
});

describe('a protocol that a variable names', () => {
  const steps = `
# @call add
[1, 2]
=== wait-for-server
# @reply
# @within 5s
# @expect name == "add"
# @expect method == "add"
# @expect payload == 3
`;

  async function runNamed(protocol: string) {
    const { engine } = await testEngine();
    const text = `# @protocol {{$env SPOKEN}}\nWEBSOCKET ${await calculator()}\n${steps}`;
    const [result] = await runText(engine, text, { env: { SPOKEN: protocol } });
    return result!;
  }

  it('has its verbs, and a reply has the name of its call', async () => {
    expect(await runNamed('json-rpc')).toMatchObject({ status: 'passed' });
  });

  it('is invalid before anything connects if it has other verbs', async () => {
    const { status, failure, session } = await runNamed('socket.io');
    expect({ status, session, code: failure?.code }).toEqual({
      status: 'error',
      session: undefined,
      code: 'verb.unknown',
    });
  });
});

describe('OCPP (ocpp-rpc)', () => {
  it('a central system sees a charger, and calls it', async () => {
    const seen: unknown[] = [];
    const server = new RPCServer({ protocols: ['ocpp1.6'], strictMode: true });
    let reset: Promise<unknown> | undefined;
    server.on('client', (client: Charger) => {
      client.handle('BootNotification', ({ params }) => {
        seen.push([client.identity, params]);
        return { status: 'Accepted', interval: 300, currentTime: '2026-01-01T00:00:00.000Z' };
      });
      client.handle('Heartbeat', () => {
        reset = client.call('Reset', { type: 'Soft' });
        return { currentTime: '2026-01-01T00:00:00.000Z' };
      });
      client.handle('Authorize', () => {
        throw createRPCError('SecurityError', 'No such card') as Error;
      });
    });
    const http = await server.listen(0, '127.0.0.1');
    ends.push(() => server.close({ force: true }));

    const duplex = await talk({
      url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/CP001`,
      protocol: 'ocpp',
    });
    expect(duplex.session.summary.protocol).toBe('ocpp1.6');
    const boot = { chargePointModel: 'Single', chargePointVendor: 'Example' };
    const asked = await duplex.say('call', { arguments: ['BootNotification'], body: JSON.stringify(boot) });
    const accepted = await duplex.hear(({ type }) => type === 'reply');
    expect([accepted.replyTo, payloadOf(accepted)]).toEqual([
      asked,
      expect.objectContaining({ status: 'Accepted' }),
    ]);
    expect(seen).toEqual([['CP001', boot]]);

    await duplex.say('call', { arguments: ['Authorize'], body: '{"idTag": "x"}' });
    expect(await duplex.hear(({ type }) => type === 'error')).toMatchObject({
      error: 'SecurityError No such card',
    });

    await duplex.say('call', { arguments: ['Heartbeat'] });
    const call = await duplex.hear(({ type }) => type === 'call');
    expect([call.name, payloadOf(call)]).toEqual(['Reset', { type: 'Soft' }]);
    await duplex.say('respond', { taken: duplex.taken(call), body: '{"status": "Accepted"}' });
    expect(await reset).toEqual({ status: 'Accepted' });

    await duplex.say('call', { arguments: ['Heartbeat'] });
    const second = await duplex.hear(({ type }) => type === 'call');
    const outcome = reset!.then(
      () => 'answered',
      (error: unknown) => (error as Error).message,
    );
    await duplex.say('respond-error', {
      taken: duplex.taken(second),
      arguments: ['NotSupported', 'not here'],
    });
    expect(await outcome).toBe('not here');
    expect(duplex.problems).toEqual([]);
  });

  it('says what its client says', async () => {
    const messages: string[] = [];
    const server = new RPCServer({ protocols: ['ocpp2.0.1'], strictMode: true });
    server.on('client', (client: Charger) => {
      client.on('message', ({ message, outbound }) => {
        if (!outbound) messages.push(String(message));
      });
      client.handle('Heartbeat', () => ({ currentTime: '2026-01-01T00:00:00.000Z' }));
    });
    const http = await server.listen(0, '127.0.0.1');
    ends.push(() => server.close({ force: true }));
    const endpoint = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;

    const client = new RPCClient({
      endpoint,
      identity: 'CP1',
      protocols: ['ocpp2.0.1'],
      strictMode: true,
    } as never);
    await client.connect();
    await client.call('Heartbeat', {});
    await client.close();
    const duplex = await talk({ url: `${endpoint}/CP2`, protocol: 'ocpp' });
    await duplex.say('call', { arguments: ['Heartbeat'] });
    await duplex.hear(({ type }) => type === 'reply');
    await until(() => messages.length === 2);
    const [own, ours] = messages.map((message) => JSON.parse(message) as unknown[]);
    const withoutId = ([type, , ...rest]: unknown[]) => [type, ...rest];
    expect(withoutId(ours!)).toEqual(withoutId(own!));
  });

  it('answers the calls of a request, refused ones too', async () => {
    const server = new RPCServer({ protocols: ['ocpp1.6'] });
    server.on('client', (client: Charger) => {
      client.handle('Heartbeat', () => ({ currentTime: '2026-01-01T00:00:00.000Z' }));
      client.handle('Authorize', () => {
        throw createRPCError('SecurityError', 'No such card', {}) as Error;
      });
    });
    const http = await server.listen(0, '127.0.0.1');
    ends.push(() => server.close({ force: true }));
    const { engine } = await testEngine();
    const [result] = await runText(
      engine,
      `# @protocol ocpp
WEBSOCKET ws://127.0.0.1:${(http.address() as AddressInfo).port}/CP1

# @call Heartbeat
=== wait-for-server
# @reply
# @within 2s
# @expect payload.currentTime startsWith "2026-"
===
# @call Authorize
{"idTag": "x"}
=== wait-for-server
# @reply
# @within 2s
# @expect type == "error"
# @expect error contains "SecurityError"
`,
    );
    expect(result, JSON.stringify(result)).toMatchObject({ status: 'passed' });
  });
});
