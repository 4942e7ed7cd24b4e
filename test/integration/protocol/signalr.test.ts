import {
  HubConnectionBuilder,
  HttpTransportType,
  LogLevel,
  Subject,
  type HubConnection,
} from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';
import { afterEach, describe, expect, it } from 'vitest';
import { createSignalrDecoder } from '../../../src/core/protocol/signalr/signalrDecoder.ts';
import { toUnit } from '../../../src/core/protocol/unit.ts';
import type { DuplexError } from '../../../src/shared/errors.ts';
import type { ConnectOptions } from '../../../src/shared/session.ts';
import { testEngine } from '../../support/engine.ts';
import { runText } from '../../support/runs.ts';
import { hubServer, type HubServer } from './support/signalrServer.ts';
import { talk } from './support/talk.ts';
import { payloadOf } from './support/waiting.ts';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function server(...given: Parameters<typeof hubServer>): Promise<HubServer> {
  const hub = await hubServer(...given);
  ends.push(() => hub.end());
  return hub;
}

/** What a fresh decoder makes of all that travelled. */
function heard({ messages }: HubServer) {
  const decoder = createSignalrDecoder({ url: '', subprotocol: '' });
  return messages.flatMap((message) => {
    const { units, problems } = decoder.decode(message);
    expect(problems).toEqual([]);
    return units.map((unit) => ({ ...toUnit(unit), from: message.from }));
  });
}

/** The client of the package, over WebSocket. */
async function packageClient(
  hub: HubServer,
  format: string,
  skipNegotiation: boolean,
): Promise<HubConnection> {
  const builder = new HubConnectionBuilder()
    .configureLogging(LogLevel.None)
    .withUrl(hub.url.replace(/^ws/, 'http'), { transport: HttpTransportType.WebSockets, skipNegotiation });
  if (format === 'messagepack') builder.withHubProtocol(new MessagePackHubProtocol());
  const connection = builder.build();
  connection.on('getAnswer', (question: string) => `answer to ${question}`);
  ends.push(() => connection.stop());
  await connection.start();
  return connection;
}

describe.each(['json', 'messagepack'])('the client of @microsoft/signalr with %s', (format) => {
  it('says what is decoded', async () => {
    const hub = await server();
    const client = await packageClient(hub, format, true);
    expect(await client.invoke('Add', 40, 2)).toBe(42);
    await expect(client.invoke('SingleResultFailure', 40, 2)).rejects.toThrow("It didn't work!");
    const items: number[] = [];
    await new Promise<void>((resolve) => {
      client.stream<number>('Stream', 3).subscribe({
        next: (value) => items.push(value),
        complete: () => resolve(),
        error: () => resolve(),
      });
    });
    expect(items).toEqual([0, 1, 2]);
    const upload = new Subject<number>();
    const sum = client.invoke('AddStream', upload);
    for (const value of [1, 2, 3]) upload.next(value);
    upload.complete();
    expect(await sum).toBe(6);
    const answered = new Promise((resolve) => client.on('answered', resolve));
    await client.invoke('AskClient', 'why');
    expect(await answered).toBe('answer to why');

    const told = heard(hub).filter(({ heartbeat }) => heartbeat === undefined);
    const units = told.map(({ from, type, name, id, replyTo, error }) => [
      from,
      type,
      name,
      id ?? replyTo,
      error,
    ]);
    expect(units.slice(0, 6)).toEqual([
      ['client', 'control', 'handshake', undefined, undefined],
      ['server', 'control', 'handshake', undefined, undefined],
      ['client', 'call', 'Add', '"0"', undefined],
      ['server', 'reply', 'Add', '"0"', undefined],
      ['client', 'call', 'SingleResultFailure', '"1"', undefined],
      ['server', 'error', 'SingleResultFailure', '"1"', "It didn't work!"],
    ]);
    expect(units.slice(6, 11)).toEqual([
      ['client', 'subscribe', 'Stream', '"2"', undefined],
      ...[0, 1, 2].map(() => ['server', 'event', 'Stream', undefined, undefined]),
      ['server', 'reply', 'Stream', '"2"', undefined],
    ]);
    expect(units.slice(11, 17)).toEqual([
      ['client', 'call', 'AddStream', expect.any(String), undefined],
      ...[1, 2, 3].map(() => ['client', 'event', 'AddStream', undefined, undefined]),
      ['client', 'unsubscribe', 'AddStream', undefined, undefined],
      ['server', 'reply', 'AddStream', expect.any(String), undefined],
    ]);
    expect(units.slice(17)).toEqual([
      ['client', 'call', 'AskClient', expect.any(String), undefined],
      ['server', 'call', 'getAnswer', '"s-1"', undefined],
      ['server', 'reply', 'AskClient', expect.any(String), undefined],
      ['client', 'reply', 'getAnswer', '"s-1"', undefined],
      ['server', 'event', 'answered', undefined, undefined],
    ]);
  });
});

const PING_BYTES: Readonly<Record<string, number>> = { json: '{"type":6}\u001e'.length, messagepack: 3 };

describe.each(['json', 'messagepack'])('an upload of the client of @microsoft/signalr with %s', (format) => {
  /** What a client says after its handshake, without pings. */
  const uploaded = ({ messages }: HubServer) =>
    messages.filter(({ from, data }) => from === 'client' && data.length !== PING_BYTES[format]).slice(1);

  it('is what Duplex says with its verbs', async () => {
    const hub = await server();
    const client = await packageClient(hub, format, true);
    const answers: unknown[][] = [];
    const both = new Promise<void>((resolve) => {
      client.on('uploaded', (...given: unknown[]) => {
        answers.push(given);
        if (answers.length === 2) resolve();
      });
    });
    const [fine, broken] = [new Subject<unknown>(), new Subject<unknown>()];
    await client.send('Upload', fine, { to: 'all' }, broken);
    fine.next(1);
    broken.next({ text: 'ä' });
    fine.complete();
    broken.error(new Error('no more'));
    await both;
    expect(answers).toEqual([
      [[1], null],
      [[{ text: 'ä' }], 'no more'],
    ]);

    const own = await server();
    const duplex = await talk({ url: own.url, protocol: format === 'json' ? 'signalr' : 'signalr-msgpack' });
    await duplex.say('send', { arguments: ['Upload'], body: '{"to":"all"}', options: { streams: '0,1' } });
    await duplex.say('item', { arguments: ['0'], body: '1' });
    await duplex.say('item', { arguments: ['1'], body: '{"text":"ä"}' });
    await duplex.say('complete', { arguments: ['0'] });
    await duplex.say('complete-error', { arguments: ['1'], body: 'no more' });
    for (const answer of answers)
      expect(payloadOf(await duplex.hear(({ name }) => name === 'uploaded'))).toEqual(answer);

    // The members of a JSON object have another order there.
    const said = ({ data }: { data: Uint8Array }): unknown =>
      format === 'json'
        ? JSON.parse(Buffer.from(data).toString().replace('\u001e', ''))
        : Buffer.from(data).toString('hex');
    expect(uploaded(own)).toHaveLength(5);
    expect(uploaded(own).map(said)).toEqual(uploaded(hub).map(said));

    const units = heard(hub).filter(({ from, heartbeat }) => from === 'client' && heartbeat === undefined);
    expect(units.slice(1, 6).map(({ type, name, stream, error }) => [type, name, stream, error])).toEqual([
      ['event', 'Upload', undefined, undefined],
      ['event', 'Upload', '"0"', undefined],
      ['event', 'Upload', '"1"', undefined],
      ['unsubscribe', 'Upload', '"0"', undefined],
      ['unsubscribe', 'Upload', '"1"', 'no more'],
    ]);
    expect(duplex.problems).toEqual([]);
  });
});

describe.each(['signalr', 'signalr-msgpack'])('a session that names %s', (protocol) => {
  it('does the handshake, invokes, streams and cancels', async () => {
    const hub = await server();
    const duplex = await talk({ url: hub.url, protocol });
    expect(hub.messages[0]!.data.at(-1)).toBe(0x1e);

    const echo = '{"n":12345678901234567890,"s":"a","l":[1.5,null,true]}';
    const asked = await duplex.say('invoke', {
      arguments: ['Echo'],
      body: protocol === 'signalr' ? '[{"s":"a","l":[1.5,null,true]}]' : echo,
    });
    const answer = await duplex.hear(({ replyTo }) => replyTo === asked);
    expect([answer.type, answer.name]).toEqual(['reply', 'Echo']);
    expect(payloadOf(answer)).toMatchObject({ s: 'a', l: [1.5, null, true] });

    const failed = await duplex.say('invoke', { arguments: ['SingleResultFailure'] });
    expect(await duplex.hear(({ replyTo }) => replyTo === failed)).toMatchObject({
      error: "It didn't work!",
    });

    const streaming = await duplex.say('stream', { arguments: ['Stream'], body: '[1000]' });
    await duplex.hear(({ stream }) => stream === streaming);
    await duplex.say('cancel');
    expect(await duplex.hear(({ replyTo }) => replyTo === streaming)).toMatchObject({ type: 'reply' });

    await duplex.say('send', { arguments: ['NonBlocking'], body: '"Ada"' });
    expect(payloadOf(await duplex.hear(({ name }) => name === 'message'))).toEqual(['Ada', 'seen']);
    expect(await duplex.hear(({ name }) => name === 'ping')).toMatchObject({
      type: 'control',
      heartbeat: true,
    });

    await duplex.say('invoke', { arguments: ['AskClient'], body: '["why"]' });
    const question = await duplex.hear(({ name }) => name === 'getAnswer');
    await duplex.say('complete', { body: '"because"', taken: duplex.taken(question) });
    expect(payloadOf(await duplex.hear(({ name }) => name === 'answered'))).toEqual(['because']);

    await duplex.say('send', { arguments: ['Leave'] });
    expect(await duplex.hear(({ name }) => name === 'close')).toMatchObject({
      error: 'Connection closed because of an error!',
      summary: expect.stringContaining('may reconnect'),
    });
    expect(duplex.problems).toEqual([]);
  });

  it('runs the steps of a request', async () => {
    const hub = await server();
    const { engine } = await testEngine();
    const [result] = await runText(
      engine,
      `# @protocol ${protocol}
WEBSOCKET ${hub.url}

# @invoke Add
[40, 2]
=== wait-for-server
# @reply
# @expect payload == 42
# @expect type == "reply"
=== 
# @stream Stream
[2]
=== wait-for-server
# @where type == "event"
# @expect payload == 0
=== wait-for-server
# @reply
===
# @invoke AddStream streams=numbers
===
# @item numbers
40
===
# @item numbers
2
===
# @complete numbers
=== wait-for-server
# @where name == "AddStream"
# @expect type == "reply"
# @expect payload == 42
===
# @invoke SingleResultFailure
=== wait-for-server
# @reply
# @expect error contains "work"
`,
    );
    expect(result).toMatchObject({ status: 'passed' });
  });
});

it('says why a hub refuses the handshake', async () => {
  const hub = await server('token', ['json']);
  const given = { url: hub.url, protocol: 'signalr-msgpack' };
  await expect(talk(given)).rejects.toThrow(
    "The server refused the handshake of SignalR: Requested protocol 'messagepack' is not available.",
  );
  expect(heard(hub).map(({ type, summary }) => [type, summary])).toEqual([
    ['control', 'handshake messagepack'],
    ['error', "handshake Requested protocol 'messagepack' is not available."],
  ]);
});

describe('negotiation', () => {
  /** What a session records of a connection: its rows with all their details. */
  async function recorded(hub: HubServer, given: Partial<ConnectOptions> = {}) {
    const { engine } = await testEngine();
    const rows: { kind: string; text: string }[] = [];
    const session = engine.create(
      { url: hub.url, protocol: 'signalr', ...given },
      {
        tap: {
          onRow: ({ kind, payload }) => void rows.push({ kind, text: new TextDecoder().decode(payload) }),
        },
      },
    );
    const failure = await session.connect().then(
      () => undefined,
      (error: unknown) => error as DuplexError,
    );
    return { rows, failure };
  }

  it('asks before it connects, shows that it did, and masks the token', async () => {
    const hub = await server();
    const { rows, failure } = await recorded(hub);
    expect(failure).toBeUndefined();
    const [asked, connected] = hub.requests.map(({ line }) => line);
    expect(asked).toBe('POST /hub/negotiate?negotiateVersion=1');
    expect(connected).toMatch(/^GET \/hub\?id=05265228-/);
    expect(rows[0]?.kind).toBe('note');
    expect(rows[0]?.text).toMatch(/"text":"Negotiated SignalR with 127\.0\.0\.1:\d+, version 1\."/);
    const open = rows.find(({ kind }) => kind === 'open')!.text;
    expect(open).toContain('POST /hub/negotiate?negotiateVersion=1 HTTP/1.1');
    expect(open).toContain('GET /hub?id=•••• HTTP/1.1');
    expect(rows.map(({ text }) => text).join('')).not.toContain('05265228');
  });

  it('leaves a URL alone that has an id', async () => {
    const hub = await server();
    await recorded(hub, { url: `${hub.url}?id=mine` });
    expect(hub.requests.map(({ line }) => line)).toEqual(['GET /hub?id=mine']);
  });

  it('connects without a negotiation if the server has none, and says so', async () => {
    const hub = await server('missing');
    const { rows, failure } = await recorded(hub);
    expect(failure).toBeUndefined();
    expect(rows[0]?.text).toContain(
      'has no negotiation of SignalR at /hub/negotiate?negotiateVersion=1 (HTTP 404): connected without.',
    );
    expect(hub.requests.map(({ line }) => line)).toEqual([
      'POST /hub/negotiate?negotiateVersion=1',
      'GET /hub',
    ]);
  });

  it('follows a redirect with its access token, and masks that', async () => {
    const hub = await server('redirect');
    const headers = [['Authorization', 'Bearer own-token-of-the-user']] as const;
    const { rows, failure } = await recorded(hub, { headers });
    expect(failure).toBeUndefined();
    expect(
      hub.requests.map(({ line, authorization }) => [line.replace(/id=.*/, 'id='), authorization]),
    ).toEqual([
      ['POST /hub/negotiate?negotiateVersion=1', 'Bearer own-token-of-the-user'],
      ['POST /moved/hub/negotiate?negotiateVersion=1', 'Bearer token-of-the-redirect'],
      ['GET /moved/hub?id=', 'Bearer token-of-the-redirect'],
    ]);
    expect(rows.map(({ kind }) => kind).slice(0, 3)).toEqual(['note', 'note', 'open']);
    expect(rows.map(({ text }) => text).join('')).not.toMatch(/token-of-the-redirect|own-token|05265228/);
  });

  it.each([
    ['error', 'This connection is not allowed'],
    ['no WebSockets', 'it offers no WebSockets among its transports'],
    ['not JSON', 'its answer is not the JSON object that SignalR has there'],
  ] as const)('says why it fails: %s', async (negotiation, reason) => {
    const hub = await server(negotiation);
    const { failure } = await recorded(hub);
    expect(failure?.code).toBe('protocol.refused');
    expect(failure?.message).toMatch(
      new RegExp(`^127\\.0\\.0\\.1:\\d+ refused the negotiation of SignalR: ${reason}\\.$`),
    );
    expect(hub.requests).toHaveLength(1);
  });

  it('leads to another origin only if that is allowed', async () => {
    const elsewhere = await server();
    const hub = await server('redirect', undefined, elsewhere.url);
    const { failure } = await recorded(hub);
    expect(failure?.code).toBe('handshake.redirect');
    expect(elsewhere.requests).toEqual([]);
    const origin = elsewhere.url.replace('/hub', '');
    const headers = [['X-Api-Key', 'own-secret-key']] as const;
    const allowed = await recorded(hub, { redirectOrigins: [origin], headers });
    expect(allowed.failure).toBeUndefined();
    expect(elsewhere.requests.map(({ authorization }) => authorization)).toEqual(
      elsewhere.requests.map(() => 'Bearer token-of-the-redirect'),
    );
  });
});
