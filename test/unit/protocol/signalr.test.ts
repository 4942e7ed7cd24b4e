import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_UNITS } from '../../../src/core/protocol/limits.ts';
import type { Unit } from '../../../src/shared/units.ts';
import type { Role } from '../../../src/core/protocol/protocolModule.ts';
import { MAX_OPEN_INVOCATIONS } from '../../../src/core/protocol/signalr/signalrDecoder.ts';
import {
  binary,
  call,
  context,
  decodeAll,
  decodeOne,
  payloadValue,
  protocol,
  sent,
  text,
  textOf,
} from './support/conversation.ts';
import { json, packed, peer, RS } from './support/hubMessages.ts';

const facts = ({ type, name, id, replyTo, error }: Unit) => [type, name, id ?? replyTo, error];

// HubProtocol.md of ASP.NET Core: the examples of both encodings.
const EXAMPLES: readonly (readonly [Role, object | undefined, string | undefined, unknown[], unknown])[] = [
  [
    'client',
    { type: 1, invocationId: 'xyz', target: 'method', arguments: [42] },
    '9601 80 a378797a a66d6574686f64 912a 90',
    ['call', 'method', '"xyz"', undefined],
    [42],
  ],
  [
    'client',
    { type: 1, target: 'method', arguments: [42] },
    '9601 80 c0 a66d6574686f64 912a 90',
    ['event', 'method', undefined, undefined],
    [42],
  ],
  [
    'client',
    { type: 4, invocationId: 'xyz', target: 'method', arguments: [42] },
    '9604 80 a378797a a66d6574686f64 912a 90',
    ['subscribe', 'method', '"xyz"', undefined],
    [42],
  ],
  [
    'server',
    { type: 2, invocationId: 'xyz', item: 42 },
    '9402 80 a378797a 2a',
    ['event', '', undefined, undefined],
    42,
  ],
  [
    'server',
    { type: 3, invocationId: 'xyz', error: 'Error' },
    '9503 80 a378797a 01 a54572726f72',
    ['error', '', '"xyz"', 'Error'],
    undefined,
  ],
  [
    'server',
    { type: 3, invocationId: 'xyz' },
    '9403 80 a378797a 02',
    ['reply', '', '"xyz"', undefined],
    undefined,
  ],
  [
    'server',
    { type: 3, invocationId: 'xyz', result: 42 },
    '9503 80 a378797a 03 2a',
    ['reply', '', '"xyz"', undefined],
    42,
  ],
  [
    'client',
    { type: 5, invocationId: 'xyz' },
    '9305 80 a378797a',
    ['unsubscribe', '', undefined, undefined],
    undefined,
  ],
  ['server', { type: 6 }, '9106', ['control', 'ping', undefined, undefined], undefined],
  ['server', { type: 7, error: 'xyz' }, '9207 a378797a', ['error', 'close', undefined, 'xyz'], undefined],
  [
    'server',
    { type: 7, error: 'xyz', allowReconnect: true },
    '9307 a378797a c3',
    ['error', 'close', undefined, 'xyz'],
    undefined,
  ],
  ['server', { type: 7 }, '9107', ['control', 'close', undefined, undefined], undefined],
  ['server', { type: 8, sequenceId: 36 }, '9208 cc24', ['control', 'ack', undefined, undefined], undefined],
  [
    'server',
    { type: 9, sequenceId: 19 },
    '9209 cc13',
    ['control', 'sequence', undefined, undefined],
    undefined,
  ],
];

describe('the examples of the hub protocol', () => {
  it.each(EXAMPLES)('decode %s as %j', (from, record, digits, expected, payload) => {
    for (const message of [json(from, record!), packed(from, digits!)]) {
      const unit = decodeOne('signalr', message);
      expect(facts(unit)).toEqual(expected);
      expect(payloadValue(unit)).toEqual(payload);
      expect(unit.problems).toEqual([]);
    }
  });

  it('show the content of Close, Ack and Sequence', () => {
    const messages = EXAMPLES.slice(10).map(([from, record]) => json(from, record!));
    expect(decodeAll('signalr', messages).units.map(({ summary }) => summary)).toEqual([
      'close, the client may reconnect xyz',
      'close',
      'ack 36',
      'sequence 19',
    ]);
  });

  it('have headers in both encodings', () => {
    const digits = '9601 82 a178 a179 a17a a17a a378797a a66d6574686f64 912a 90';
    const decoder = protocol('signalr').createDecoder(context('signalr'));
    const inJson = json('client', {
      type: 1,
      headers: { x: 'y', z: 'z' },
      target: 'method',
      arguments: [42],
    });
    for (const message of [packed('client', digits), inJson]) {
      expect(decoder.decode(message).units[0]?.headers).toEqual([
        ['x', 'y'],
        ['z', 'z'],
      ]);
    }
  });

  it('have lengths of several bytes', () => {
    const name = 'm'.repeat(5300);
    const encoded = peer('signalr-msgpack').encode(call('send', { arguments: [name] }));
    const [message] = sent('client', 'messages' in encoded ? encoded.messages : []);
    expect([...message!.data.subarray(0, 2)]).toEqual([
      0x80 | ((message!.data.length - 2) & 0x7f),
      (message!.data.length - 2) >> 7,
    ]);
    expect(decodeOne('signalr', message!).name).toHaveLength(1000);
  });
});

describe('SignalR', () => {
  it('reads the handshake, whose answer is binary with MessagePack, and the messages behind it', () => {
    const answer = Buffer.concat([Buffer.from(`{}${RS}`), Buffer.from([2, 0x91, 6])]);
    const { units, problems } = decodeAll('signalr', [
      text('client', `{"protocol":"messagepack","version":1}${RS}`),
      binary('server', answer),
      json('server', { error: "Requested protocol 'messagepack' is not available." }),
    ]);
    expect(problems).toEqual([]);
    expect(units.map(({ type, summary, range }) => [type, summary, range])).toEqual([
      ['control', 'handshake messagepack', { start: 0, end: 38 }],
      ['control', 'handshake accepted', { start: 0, end: 2 }],
      ['control', 'ping', { start: 4, end: 6 }],
      ['error', "handshake Requested protocol 'messagepack' is not available.", { start: 0, end: 62 }],
    ]);
  });

  it('names items and completions by the method, and ends uploads', () => {
    const { units } = decodeAll('signalr', [
      json('client', { type: 4, invocationId: '1', target: 'Stream', arguments: [] }),
      json('server', { type: 2, invocationId: '1', item: 0 }, { type: 2, invocationId: '1', item: 1 }),
      json('server', { type: 3, invocationId: '1' }),
      json('client', { type: 1, invocationId: '2', target: 'AddStream', arguments: [], streamIds: ['3'] }),
      json('client', { type: 2, invocationId: '3', item: 1 }, { type: 3, invocationId: '3' }),
      json('server', { type: 3, invocationId: '2', result: 1 }),
      json('server', { type: 1, invocationId: '2', target: 'Ask', arguments: [] }),
      json('client', { type: 3, invocationId: '2', result: 'yes' }),
    ]);
    expect(units.map(({ type, name, stream }) => [type, name, stream])).toEqual([
      ['subscribe', 'Stream', '"1"'],
      ['event', 'Stream', '"1"'],
      ['event', 'Stream', '"1"'],
      ['reply', 'Stream', undefined],
      ['call', 'AddStream', undefined],
      ['event', 'AddStream', '"3"'],
      ['unsubscribe', 'AddStream', '"3"'],
      ['reply', 'AddStream', undefined],
      ['call', 'Ask', undefined],
      ['reply', 'Ask', undefined],
    ]);
  });

  it('continues from a checkpoint', () => {
    const first = protocol('signalr').createDecoder(context('signalr'));
    first.decode(json('client', { type: 1, invocationId: '1', target: 'Add', arguments: [] }));
    const second = protocol('signalr').createDecoder(context('signalr'), first.checkpoint());
    expect(second.decode(json('server', { type: 3, invocationId: '1' })).units[0]?.name).toBe('Add');
  });

  it('drops the oldest invocations beyond its limit', () => {
    const decoder = protocol('signalr').createDecoder(context('signalr'));
    for (let id = 0; id <= MAX_OPEN_INVOCATIONS; id++) {
      decoder.decode(json('client', { type: 1, invocationId: String(id), target: 'Add', arguments: [] }));
    }
    const nameOf = (id: string) =>
      decoder.decode(json('server', { type: 3, invocationId: id })).units[0]?.name;
    expect([nameOf('0'), nameOf('1')]).toEqual(['', 'Add']);
  });

  it('reads messages up to a cut one, and says where it breaks', () => {
    const cases = [
      text('server', `{"type":6}${RS}{"type":6}`),
      binary('server', [2, 0x91, 6, 9, 0x91, 6]),
      binary('server', [2, 0x91, 6, 0x80]),
      binary('server', [2, 0x91, 6, 0xff, 0xff, 0xff, 0xff, 0xff, 0x07]),
      binary('server', [2, 0x91, 6, 2, 0x92, 6]),
      json('server', { type: 6 }, { type: 77 }),
      json('server', { type: 6 }, [6]),
      json('server', { type: 6 }, { type: 1, arguments: [] }),
      json('server', { type: 6 }, { type: 1, target: 'a' }),
      json('server', { type: 6 }, { type: 8 }),
    ];
    const results = cases.map((each) => decodeAll('signalr', [each]));
    for (const { units } of results) expect(units.map(({ name }) => name)).toEqual(['ping']);
    expect(
      results.map(({ problems }) => problems.map(({ code, message, at }) => [code, message, at])[0]),
    ).toEqual([
      [
        'decode.envelope',
        'Not SignalR: the message from byte 11 on does not end in the record separator 0x1E.',
        21,
      ],
      [
        'decode.binary',
        'Not SignalR: the message at byte 3 has 9 bytes by its length, and only 2 follow.',
        3,
      ],
      ['decode.binary', 'Not SignalR: the length of the message at byte 3 is cut.', 4],
      ['decode.binary', 'Not SignalR: the length at byte 3 has more than 5 bytes.', 3],
      ['decode.binary', 'Not MessagePack: the 2 elements at byte 0 are more than there are.', 4],
      ['decode.envelope', 'Not SignalR: there is no message type 77.', 11],
      ['decode.envelope', 'Not SignalR from byte 11 on: expected a JSON object.', 11],
      ['decode.envelope', 'Not SignalR from byte 11 on: this message has no target.', 11],
      ['decode.envelope', 'Not SignalR from byte 11 on: this message has no arguments.', 11],
      ['decode.envelope', 'Not SignalR from byte 11 on: this message has no sequenceId.', 11],
    ]);
  });

  it('reports a Completion with a result and an error', () => {
    const unit = decodeOne(
      'signalr',
      json('server', { type: 3, invocationId: '1', result: 42, error: 'no' }),
    );
    expect(unit.problems).toMatchObject([
      { code: 'decode.envelope', message: 'A Completion has a result or an error, not both.' },
    ]);
  });

  it('limits the messages in one frame', () => {
    const { units, problems } = decodeAll('signalr', [
      text('server', `{"type":6}${RS}`.repeat(MAX_UNITS + 1)),
    ]);
    expect(units).toHaveLength(MAX_UNITS);
    expect(problems).toMatchObject([{ code: 'decode.limit' }]);
  });
});

describe('the SignalR verbs', () => {
  it('keep the JSON spelling, and carry headers', () => {
    const client = peer('signalr');
    expect(client.start(true).map(textOf)).toEqual([`{"protocol":"json","version":1}${RS}`]);
    const encoded = client.encode(
      call('invoke', { arguments: ['Send'], body: '[1.0, 12345678901234567890]', headers: [['x', 'y']] }),
    );
    expect(encoded).toMatchObject({ awaits: '"1"' });
    expect(textOf('messages' in encoded ? encoded.messages[0] : undefined)).toBe(
      `{"type":1,"headers":{"x":"y"},"invocationId":"1","target":"Send","arguments":[1.0, 12345678901234567890]}${RS}`,
    );
  });

  it('report values that do not fit', () => {
    const client = peer('signalr');
    const problem = (...given: Parameters<typeof call>) => {
      const encoded = client.encode(call(...given));
      return 'problem' in encoded ? encoded.problem : undefined;
    };
    expect(problem('invoke')).toBe('@invoke needs a method: @invoke SendMessage');
    expect(problem('cancel')).toBe('@cancel ends a stream: no @stream is open.');
    expect(problem('nothing')).toBe('SignalR has no verb @nothing.');
    expect(problem('send', { arguments: ['a'], body: '[1' })).toContain('The payload of @send is not JSON');
    expect(problem('send', { arguments: ['a'], body: `${'['.repeat(1500)}${']'.repeat(1500)}` })).toContain(
      '1000 levels',
    );
    expect(problem('complete', { body: '1' })).toBe(
      '@complete answers the unit that its step took: wait for one first.',
    );
  });

  it('ping in the format of the connection once it is accepted', () => {
    for (const [id, digits] of [
      ['signalr', '7b2274797065223a367d1e'],
      ['signalr-msgpack', '029106'],
    ] as const) {
      const client = peer(id);
      expect(client.beatInterval).toBeUndefined();
      client.receive(binary('server', Buffer.from(`{}${RS}`)));
      expect([client.opening.state, client.beatInterval]).toEqual(['accepted', 15_000]);
      expect(Buffer.from(client.beat()[0]!.data).toString('hex')).toBe(digits);
    }
  });

  it('answer the handshake in the requested format on a server', () => {
    const answer = (request: string) => {
      const server = peer('signalr', 'server');
      const [message] = server.receive(text('client', request));
      return [message?.kind, textOf(message), server.opening.state];
    };
    expect(answer(`{"protocol":"json","version":1}${RS}`)).toEqual(['text', `{}${RS}`, 'accepted']);
    expect(answer(`{"protocol":"messagepack","version":1}${RS}`)).toEqual(['binary', `{}${RS}`, 'accepted']);
    expect(answer(`{"protocol":"xml","version":1}${RS}`)).toEqual([
      'text',
      `{"error":"Requested protocol 'xml' is not available."}${RS}`,
      'refused',
    ]);
  });

  const values = fc
    .jsonValue({ maxDepth: 3 })
    .filter((value) => !JSON.stringify(value).includes('__proto__'));
  const names = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });

  it('are read back by the decoder, in both formats', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('signalr', 'signalr-msgpack'),
        fc.constantFrom('invoke', 'send', 'stream'),
        names,
        fc.array(values, { maxLength: 4 }),
        fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,8}$/), names), { maxLength: 2 }),
        (id, verb, method, args, headers) => {
          const encoded = peer(id).encode(
            call(verb, { arguments: [method], body: JSON.stringify(args), headers }),
          );
          const unit = decodeOne(
            'signalr',
            sent('client', 'messages' in encoded ? encoded.messages : [])[0]!,
          );
          expect(unit.name).toBe(method);
          expect(unit.type).toBe({ invoke: 'call', send: 'event', stream: 'subscribe' }[verb]);
          expect(payloadValue(unit)).toEqual(JSON.parse(JSON.stringify(args)));
        },
      ),
      { numRuns: 300 },
    );
  });
});
