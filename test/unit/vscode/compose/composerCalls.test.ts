import { resolve } from 'node:path';
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { decode } from '@msgpack/msgpack';
import { describe, expect, test, vi } from 'vitest';
import { Conduct } from '../../../../src/engine/conduct.ts';
import { DuplexError } from '../../../../src/shared/errors.ts';
import type { Draft, PanelComposerCalls } from '../../../../src/shared/panelProtocol.ts';
import type { OutgoingMessage } from '../../../../src/shared/session.ts';
import type { VerbDraft } from '../../../../src/shared/panelVerbs.ts';
import { composerCalls } from '../../../../src/vscode/panel/compose/composerCalls.ts';
import { FakeRecording } from '../../../support/fakeRecording.ts';
import { directTypes } from '../support/directTypes.ts';

vi.mock('vscode', () => import('../support/fakeVscode.ts'));

const at = { url: 'ws://localhost/feed', subprotocol: '' };

function setUp() {
  const sent: OutgoingMessage[] = [];
  const recorded = new FakeRecording();
  const conduct = new Conduct({
    ...{ role: 'client', send: async () => undefined, uniqueId: () => 'id', recorded },
  });
  conduct.begin(undefined, at, 0);
  const session = {
    summary: { url: 'ws://localhost/feed', decodedAs: { id: 'socket.io' } },
    conduct,
    send: vi.fn(async (message: OutgoingMessage) => void sent.push(message)),
  };
  const files = {
    pick: vi.fn(async () => '/picked.bin'),
    keep: vi.fn((name: string, _bytes: Uint8Array) => name),
    read: vi.fn(async () => Uint8Array.of(1, 2, 3)),
  };
  const variables = {
    list: vi.fn(async () => [{ name: 'channel', detail: 'BTC' }]),
    fill: vi.fn(async (text: string) => ({ text: text.replace('{{channel}}', 'BTC'), secrets: [] })),
  };
  const history = { list: vi.fn((): Draft[] => []), add: vi.fn(async () => undefined) };
  const saved = {
    list: vi.fn(async () => []),
    save: vi.fn(async () => true),
    open: vi.fn(async () => undefined),
  };
  const schemas = {
    ask: vi.fn(async (_format: string): Promise<string | undefined> => undefined),
    offered: vi.fn((draft: Draft) => draft),
    pathOf: vi.fn((file: string) => {
      if (file.startsWith('examples/')) return resolve(file);
      throw new DuplexError('call.invalid', 'Choose the schema again.');
    }),
  };
  const changes: unknown[] = [];
  const composer = composerCalls({
    ...{ session, files, variables, history, saved, schemas, types: directTypes },
    onChange: () => changes.push(composer.repeat),
  });
  return {
    sent,
    recorded,
    session,
    files,
    variables,
    history,
    saved,
    schemas,
    changes,
    composer,
    calls: composer.calls,
  };
}

const text = (value: string): OutgoingMessage => ({ kind: 'text', data: new TextEncoder().encode(value) });

async function failure(promise: Promise<unknown>): Promise<DuplexError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DuplexError);
  return error as DuplexError;
}

test('gives the page the draft that was kept last', () => {
  const { calls, composer } = setUp();
  expect(composer.draft).toBeUndefined();
  calls.keepDraft({ mode: 'json', text: '{"a":' });
  calls.keepDraft({ mode: 'json', text: '{"a":1}', asIs: true });
  expect(composer.draft).toEqual({ mode: 'json', text: '{"a":1}', asIs: true });
  calls.keepDraft({ mode: 'json', text: '[1]', encode: 'msgpack' });
  expect(composer.draft).toEqual({ mode: 'json', text: '[1]', encode: 'msgpack' });
});

describe('a draft', () => {
  test('is sent unchanged as text', async () => {
    const { calls, sent } = setUp();
    await calls.send({ mode: 'text', text: ' 1.0 ' });
    expect(sent).toEqual([text(' 1.0 ')]);
  });

  test('becomes a binary message from hex', async () => {
    const { calls, sent } = setUp();
    await calls.send({ mode: 'hex', text: '00 ff' });
    expect(sent).toEqual([{ kind: 'binary', data: Uint8Array.of(0, 255) }]);
  });

  test('has its variables filled in, unless it is sent as it is', async () => {
    const { calls, sent, variables } = setUp();
    await calls.send({ mode: 'json', text: '{"c":"{{channel}}"}' });
    await calls.send({ mode: 'text', text: '{{channel}}', asIs: true });
    await calls.send({ mode: 'hex', text: '7b 7b' });
    expect(sent.map(({ data }) => new TextDecoder().decode(data))).toEqual([
      '{"c":"BTC"}',
      '{{channel}}',
      '{{',
    ]);
    expect(variables.fill).toHaveBeenCalledTimes(1);
  });

  test('goes to the history unchanged once it is sent', async () => {
    const { calls, history, session } = setUp();
    await calls.send({ mode: 'text', text: '{{channel}}' });
    expect(history.add).toHaveBeenCalledWith('ws://localhost/feed', { mode: 'text', text: '{{channel}}' });
    session.send.mockRejectedValueOnce(new DuplexError('call.invalid', 'Closed.'));
    await failure(calls.send({ mode: 'text', text: 'x' }));
    expect(history.add).toHaveBeenCalledTimes(1);
  });

  test('is kept back with a reason if it cannot be sent', async () => {
    const { calls, sent } = setUp();
    expect((await failure(calls.send({ mode: 'json', text: '{"a":' }))).message).toMatch(/JSON/);
    expect((await failure(calls.send({ mode: 'hex', text: 'xyz' }))).message).toMatch(/hexadecimal/);
    expect(sent).toEqual([]);
  });

  test.each<[string, string, string]>([
    ['msgpack', '{"op": "a", "n": [1, -1, 1.5, null]}', '82a26f70a161a16e9401ffcb3ff8000000000000c0'],
    ['cbor', '{"op": "a", "n": [1, -1, 1.5, null]}', 'a2626f706161616e840120f93e00f6'],
    ['cbor', "[1.0, h'01']", '82f93c004101'],
  ])('becomes bytes if it is encoded: %s of %s', async (encode, written, digits) => {
    const { calls, sent, history } = setUp();
    await calls.send({ mode: 'text', text: written, encode });
    expect(sent).toEqual([{ kind: 'binary', data: new Uint8Array(Buffer.from(digits, 'hex')) }]);
    expect(history.add).toHaveBeenCalledWith(expect.anything(), { mode: 'text', text: written, encode });
  });

  test('gets the values of its variables before it is encoded, unless it is sent as it is', async () => {
    const { calls, sent } = setUp();
    await calls.send({ mode: 'json', text: '["{{channel}}"]', encode: 'msgpack' });
    await calls.send({ mode: 'json', text: '["{{channel}}"]', encode: 'msgpack', asIs: true });
    expect(sent.map(({ data }) => decode(data))).toEqual([['BTC'], ['{{channel}}']]);
  });

  test('is the payload of its verb if it is encoded', async () => {
    const { calls, session, sent } = setUp();
    const encode = vi.fn((_call: unknown) => ({ messages: [text('by the peer')], awaits: undefined }));
    vi.spyOn(session.conduct, 'peerOf').mockResolvedValue({ encode } as never);
    const verb = { arguments: ['a/b'], options: {}, beside: [], headers: [] };
    const draft = { mode: 'json', text: '[1]', encode: 'msgpack' } as const;
    const ofText = calls.send({ ...draft, verb: { ...verb, protocol: 'socket.io', name: 'emit' } });
    expect((await failure(ofText)).message).toBe('The payload of @emit is text, not bytes.');
    expect(sent).toEqual([]);
    session.summary.decodedAs.id = 'mqtt';
    await calls.send({ ...draft, verb: { ...verb, protocol: 'mqtt', name: 'publish' } });
    expect(encode).toHaveBeenCalledWith(expect.objectContaining({ bytes: Uint8Array.of(0x91, 1) }));
  });

  test.each<[string, string, string]>([
    ['msgpack', '{"a": }', 'The payload of @encode msgpack is not JSON at column 7: expected a value.'],
    ['msgpack', '', 'The payload of @encode msgpack is not JSON'],
    [
      'cbor',
      '{"a": 1,\n}',
      'The payload of @encode cbor is neither JSON nor diagnostic notation at line 2, column 1: expected a value.',
    ],
    ['cbor', `${'['.repeat(101)}${']'.repeat(101)}`, 'expected at most 100 levels.'],
    ['zip', '[]', 'not valid'],
    ['protobuf a.B from /etc/passwd', '{}', 'Choose the schema again.'],
    [1 as never, '[]', 'not valid'],
  ])('is kept back with a reason if it cannot be encoded: %s of %s', async (encode, written, problem) => {
    const { calls, sent, history } = setUp();
    const error = await failure(calls.send({ mode: 'text', text: written, encode }));
    expect(error.code).toBe('call.invalid');
    expect(error.message).toContain(problem);
    expect(sent).toEqual([]);
    expect(history.add).not.toHaveBeenCalled();
  });

  test.each([
    ['gzip', gunzipSync],
    ['zlib', inflateSync],
    ['deflate', inflateRawSync],
    ['brotli', brotliDecompressSync],
  ])('becomes bytes if it is compressed: %s', async (encode, decompress) => {
    const { calls, sent } = setUp();
    await calls.send({ mode: 'text', text: 'to {{channel}}', encode });
    expect(sent[0]!.kind).toBe('binary');
    expect(decompress(sent[0]!.data).toString()).toBe('to BTC');
  });

  const TICK = 'protobuf feed.Tick from examples/data/feed.proto';

  test('is encoded by a schema, and reports where it does not fit', async () => {
    const { calls, sent, schemas } = setUp();
    await calls.send({ mode: 'json', text: '{"symbol": "{{channel}}"}', encode: TICK });
    expect(Buffer.from(sent[0]!.data).toString('latin1')).toContain('BTC');
    expect(schemas.pathOf).toHaveBeenCalledWith('examples/data/feed.proto');
    const error = await failure(calls.send({ mode: 'json', text: '{"symbl": "BTC"}', encode: TICK }));
    expect(error.code).toBe('file.invalid');
    expect(error.message).toContain('symbl');
    expect(sent).toHaveLength(1);
  });

  test.each(['png', 'protobuf', 'protobuf Tick', 'zlib-stream', 'x'.repeat(3000), 7 as never])(
    'has no format %s',
    async (encode) => {
      const { calls, sent } = setUp();
      await failure(calls.send({ mode: 'text', text: '{}', encode }));
      expect(sent).toEqual([]);
    },
  );

  test('gets the schema that the user enters', async () => {
    const { calls, schemas } = setUp();
    schemas.ask.mockResolvedValue(TICK);
    expect(await calls.askSchema('gzip')).toBe(TICK);
    expect(schemas.ask).toHaveBeenCalledWith('gzip');
    await failure(calls.askSchema(7 as never));
  });

  test('comes with its schema from the history and the saved messages', async () => {
    const { calls, history, saved, schemas } = setUp();
    const sentDraft: Draft = { mode: 'json', text: '{}', encode: TICK };
    const savedDraft: Draft = { mode: 'json', text: '[]', encode: TICK };
    history.list.mockReturnValue([sentDraft]);
    saved.list.mockResolvedValue([{ name: 'one', draft: savedDraft }] as never);
    await calls.sentDrafts();
    await calls.savedMessages();
    expect(schemas.offered.mock.calls.map(([draft]) => draft)).toEqual([sentDraft, savedDraft]);
  });

  test('is not encoded again if it is bytes already', async () => {
    const { calls, sent } = setUp();
    await calls.send({ mode: 'hex', text: '00 ff', encode: 'cbor' });
    await calls.send({ mode: 'file', text: '/picked.bin', encode: 'cbor' });
    expect(sent.map(({ data }) => [...data])).toEqual([
      [0, 255],
      [1, 2, 3],
    ]);
  });

  test('sends the bytes of a chosen or dropped file', async () => {
    const { calls, sent, files } = setUp();
    await calls.send({ mode: 'file', text: '/picked.bin' });
    expect(files.read).toHaveBeenCalledWith('/picked.bin');
    expect(sent).toEqual([{ kind: 'binary', data: Uint8Array.of(1, 2, 3) }]);
    expect(await calls.keepFile('drop.bin', Uint8Array.of(9))).toBe('drop.bin');
    expect(files.keep).toHaveBeenCalledWith('drop.bin', Uint8Array.of(9));
  });
});

describe('a repetition', () => {
  test('sends the requested number of messages with new values, and reports its progress', async () => {
    const { calls, sent, variables, changes, composer } = setUp();
    let made = 0;
    variables.fill.mockImplementation(async () => ({ text: String(++made), secrets: [] }));
    await calls.repeat({ mode: 'text', text: '{{$uuid}}' }, 3, 1);
    expect(sent).toEqual(['1', '2', '3'].map(text));
    expect(changes).toContainEqual({ sent: 2, times: 3 });
    expect(composer.repeat).toBeUndefined();
  });

  test('ends when it is stopped, even during a pause', async () => {
    const { calls, sent } = setUp();
    const done = calls.repeat({ mode: 'text', text: 'x' }, 1000, 60_000);
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    await calls.stopRepeat();
    await done;
    expect(sent).toHaveLength(1);
  });

  test('ends with the first failure and its reason, and another can start only then', async () => {
    const { calls, session, sent } = setUp();
    const first = calls.repeat({ mode: 'text', text: 'x' }, 2, 30);
    expect((await failure(calls.repeat({ mode: 'text', text: 'y' }, 1, 0))).message).toMatch(/stop it first/);
    session.send.mockRejectedValueOnce(new DuplexError('call.invalid', 'Closed.'));
    expect((await failure(first)).message).toBe('Closed.');
    await calls.repeat({ mode: 'text', text: 'z' }, 1, 0);
    expect(sent.at(-1)).toEqual(text('z'));
  });
});

describe('a compromised page', () => {
  test.each<[string, (calls: PanelComposerCalls) => Promise<unknown>]>([
    ['send in an unknown mode', (calls) => calls.send({ mode: 'shell' as never, text: '' })],
    ['send what is not text', (calls) => calls.send({ mode: 'text', text: 1 as never })],
    ['send nothing at all', (calls) => calls.send(null as never)],
    ['repeat forever', (calls) => calls.repeat({ mode: 'text', text: 'x' }, Infinity, 0)],
    ['repeat with a negative pause', (calls) => calls.repeat({ mode: 'text', text: 'x' }, 1, -1)],
    ['drop what is no file', (calls) => calls.keepFile('x', 'bytes' as never)],
  ])('cannot %s', async (_what, attempt) => {
    const { calls, session, files } = setUp();
    expect((await failure(attempt(calls))).code).toBe('call.invalid');
    for (const untouched of [session.send, files.read, files.keep]) expect(untouched).not.toHaveBeenCalled();
  });
});

const verb = (change: Partial<VerbDraft>): VerbDraft => ({
  ...{ protocol: 'socket.io', name: 'emit', arguments: ['chat'], options: {}, beside: [], headers: [] },
  ...change,
});

describe('a verb', () => {
  test('is sent in the form of its protocol, with its variables filled in', async () => {
    const { calls, sent, history } = setUp();
    const draft: Draft = {
      mode: 'json',
      text: '["{{channel}}"]',
      verb: verb({ arguments: ['to {{channel}}'] }),
    };
    await calls.send(draft);
    expect(sent).toEqual([text('42["to BTC","BTC"]')]);
    expect(history.add).toHaveBeenCalledWith('ws://localhost/feed', draft);
  });

  test('keeps its variables if the draft says so, and has no payload if nothing is written', async () => {
    const { calls, sent } = setUp();
    await calls.send({ mode: 'json', text: ' ', asIs: true, verb: verb({ arguments: ['{{channel}}'] }) });
    expect(sent).toEqual([text('42["{{channel}}"]')]);
  });

  test('sends all its messages, each with its own id, also when it is repeated', async () => {
    const { calls, sent } = setUp();
    await calls.send({
      ...{ mode: 'json', text: '[{"$base64":"AAE="}]' },
      verb: verb({ beside: ['ack'] }),
    });
    expect(sent).toEqual([
      text('451-0["chat",{"_placeholder":true,"num":0}]'),
      { kind: 'binary', data: Uint8Array.of(0, 1) },
    ]);
    sent.length = 0;
    await calls.repeat({ mode: 'text', text: '', verb: verb({ beside: ['ack'] }) }, 2, 0);
    expect(sent).toEqual([text('421["chat"]'), text('422["chat"]')]);
  });

  test.each<[string, Partial<VerbDraft>, Partial<Draft>, RegExp]>([
    [
      'of another protocol',
      { protocol: 'mqtt', name: 'publish' },
      {},
      /@publish is a verb of MQTT.*speaks Socket\.IO/,
    ],
    ['that there is not', { name: 'shout' }, {}, /^Socket\.IO has no verb @shout\.$/],
    ['without its argument', { arguments: [] }, {}, /^@emit needs an event/],
    ['beside a stranger', { beside: ['connect'] }, {}, /^@connect cannot stand beside @emit\.$/],
    ['with a payload that is not JSON', {}, { text: '{"a":' }, /^The payload of @emit is not JSON/],
    ['with headers', { headers: [['a', 'b']] }, {}, /has no headers/],
    [
      'with an option that there is not',
      { options: { loud: '' } },
      {},
      /only its last argument|has no option/,
    ],
  ])('is refused without sending: %s', async (_, change, draft, message) => {
    const { calls, sent, history } = setUp();
    const error = await failure(calls.send({ mode: 'text', text: '', ...draft, verb: verb(change) }));
    expect([error.code, sent, history.add.mock.calls]).toEqual(['call.invalid', [], []]);
    expect(error.message).toMatch(message);
  });

  test.each<[unknown]>([
    [7],
    [{}],
    [{ ...verb({}), name: '' }],
    [{ ...verb({}), name: 'x'.repeat(200) }],
    [{ ...verb({}), arguments: 'chat' }],
    [{ ...verb({}), arguments: [7] }],
    [{ ...verb({}), arguments: Array.from({ length: 1000 }, String) }],
    [{ ...verb({}), options: null }],
    [{ ...verb({}), headers: [['a', 7]] }],
    [{ ...verb({}), beside: undefined }],
  ])('is refused for %j', async (given) => {
    const { calls, sent } = setUp();
    const error = await failure(calls.send({ mode: 'text', text: '', verb: given } as never));
    expect([error.code, sent]).toEqual(['call.invalid', []]);
  });

  test('is offered by the known protocol, and by none without one', async () => {
    const { calls, session } = setUp();
    const names = (await calls.verbs()).map(({ name }) => name);
    expect(names).toContain('emit');
    Object.assign(session.summary, { decodedAs: undefined });
    expect(await calls.verbs()).toEqual([]);
    const error = await failure(calls.send({ mode: 'text', text: '', verb: verb({}) }));
    expect(error.message).toBe('@emit is a verb of Socket.IO, and the session has no known protocol.');
  });

  test('uses the peer of the named protocol, which knows the connection', async () => {
    const { calls, session, sent } = setUp();
    const encode = vi.fn(() => ({ messages: [text('by the peer')], awaits: undefined }));
    vi.spyOn(session.conduct, 'peerOf').mockResolvedValue({ encode } as never);
    await calls.send({ mode: 'text', text: '', verb: verb({}) });
    expect(sent).toEqual([text('by the peer')]);
    expect(encode).toHaveBeenCalledWith(expect.objectContaining({ verb: 'emit', arguments: ['chat'] }));
  });

  test('continues the recorded conversation, or reports why the recording cannot be read', async () => {
    const { calls, recorded, sent } = setUp();
    recorded.sent('40/admin,', '42/admin,6["chat"]');
    const draft: Draft = { mode: 'text', text: '', verb: verb({ beside: ['ack'] }) };
    await calls.send(draft);
    expect(sent).toEqual([text('42/admin,7["chat"]')]);
    recorded.sent('42/admin,7["chat"]');
    recorded.failure = new DuplexError('disk.denied', 'The recording cannot be read: allow it.');
    expect((await failure(calls.send(draft))).message).toBe('The recording cannot be read: allow it.');
    expect(sent).toHaveLength(1);
  });

  test('starts anew with each connection of a recognised protocol, and needs an open one', async () => {
    const { calls, session, sent } = setUp();
    const draft: Draft = { mode: 'text', text: '', verb: verb({ beside: ['ack'] }) };
    await calls.send(draft);
    await calls.send({ mode: 'text', text: '', verb: verb({ name: 'connect', arguments: ['/admin'] }) });
    await calls.send(draft);
    session.conduct.end();
    expect((await failure(calls.send(draft))).message).toBe('The session is not open: connect it to send.');
    session.conduct.begin(undefined, at, 0);
    await calls.send(draft);
    expect(sent).toEqual(['420["chat"]', '40/admin,', '42/admin,1["chat"]', '420["chat"]'].map(text));
  });
});
