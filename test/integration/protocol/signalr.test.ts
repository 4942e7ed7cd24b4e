import { describe, expect, it } from 'vitest';
import type { DuplexError } from '../../../src/shared/errors.ts';
import type { ConnectOptions } from '../../../src/shared/session.ts';
import { testEngine } from '../../support/engine.ts';
import { runText } from '../../support/runs.ts';
import { heard, testHub } from './support/hubTalk.ts';
import type { HubServer } from './support/signalrServer.ts';
import { talk } from './support/talk.ts';
import { payloadOf } from './support/waiting.ts';

describe.each(['signalr', 'signalr-msgpack'])('a session that names %s', (protocol) => {
  it('does the handshake, invokes, streams and cancels', async () => {
    const hub = await testHub();
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
    const hub = await testHub();
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
  const hub = await testHub('token', ['json']);
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
  /** The recorded rows of a connection with all their details. */
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
    const hub = await testHub();
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
    const hub = await testHub();
    await recorded(hub, { url: `${hub.url}?id=mine` });
    expect(hub.requests.map(({ line }) => line)).toEqual(['GET /hub?id=mine']);
  });

  it('connects without a negotiation if the server has none, and says so', async () => {
    const hub = await testHub('missing');
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
    const hub = await testHub('redirect');
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
    const hub = await testHub(negotiation);
    const { failure } = await recorded(hub);
    expect(failure?.code).toBe('protocol.refused');
    expect(failure?.message).toMatch(
      new RegExp(`^127\\.0\\.0\\.1:\\d+ refused the negotiation of SignalR: ${reason}\\.$`),
    );
    expect(hub.requests).toHaveLength(1);
  });

  it('leads to another origin only if that is allowed', async () => {
    const elsewhere = await testHub();
    const hub = await testHub('redirect', undefined, elsewhere.url);
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
