import { describe, expect, it } from 'vitest';
import { MAX_OPEN_INVOCATIONS } from '../../../src/core/protocol/signalr/signalrDecoder.ts';
import { callKey, replyKey } from '../../../src/core/protocol/unit.ts';
import { call, context, decodeAll, decodeOne, protocol, sent, text } from './support/conversation.ts';
import { json, packed, peer, RS } from './support/hubMessages.ts';

// HubProtocol.md, “Upload streaming”: what the caller says, in both encodings.
const UPLOAD: readonly (readonly [Parameters<typeof call>, string, string])[] = [
  [
    ['send', { arguments: ['Up'], body: '[7]', options: { streams: 'a,b' } }],
    '{"type":1,"target":"Up","arguments":[7],"streamIds":["a","b"]}',
    '9601 80 c0 a25570 9107 92a161a162',
  ],
  [
    ['invoke', { arguments: ['Up'], options: { streams: 'c' } }],
    '{"type":1,"invocationId":"1","target":"Up","arguments":[],"streamIds":["c"]}',
    '9601 80 a131 a25570 90 91a163',
  ],
  [
    ['stream', { arguments: ['Up'], options: { streams: 'd' } }],
    '{"type":4,"invocationId":"2","target":"Up","arguments":[],"streamIds":["d"]}',
    '9604 80 a132 a25570 90 91a164',
  ],
  [
    ['item', { arguments: ['a'], body: '[1.0]' }],
    '{"type":2,"invocationId":"a","item":[1.0]}',
    '9402 80 a161 9101',
  ],
  [
    ['item', { arguments: ['b'], body: 'null', headers: [['x', 'y']] }],
    '{"type":2,"headers":{"x":"y"},"invocationId":"b","item":null}',
    '9402 81a178a179 a162 c0',
  ],
  [['complete', { arguments: ['a'] }], '{"type":3,"invocationId":"a"}', '9403 80 a161 02'],
  [
    ['complete-error', { arguments: ['b'], body: 'no "b"' }],
    '{"type":3,"invocationId":"b","error":"no \\"b\\""}',
    '9503 80 a162 01 a66e6f20226222',
  ],
];

describe('an upload of SignalR', () => {
  it.each(['signalr', 'signalr-msgpack'] as const)('is written as the document has it: %s', (id) => {
    const client = peer(id);
    const decoder = protocol(id).createDecoder(context(id));
    const units = UPLOAD.map(([given, record, digits]) => {
      const encoded = client.encode(call(...given));
      const [message] = sent('client', 'messages' in encoded ? encoded.messages : []);
      const expected = id === 'signalr' ? text('client', `${record}${RS}`) : packed('client', digits);
      expect(Buffer.from(message!.data).toString('latin1')).toBe(
        Buffer.from(expected.data).toString('latin1'),
      );
      const decoded = decoder.decode(message!);
      expect(decoded.problems).toEqual([]);
      return decoded.units[0]!;
    });
    expect(units.map(({ type, name, stream, label }) => [type, name, stream, label])).toEqual([
      ['event', 'Up', undefined, 'Up with the streams a, b'],
      ['call', 'Up', undefined, 'Up with the streams c'],
      ['subscribe', 'Up', '"2"', 'Up with the streams d'],
      ['event', 'Up', '"a"', 'Up item of the stream a'],
      ['event', 'Up', '"b"', 'Up item of the stream b'],
      ['unsubscribe', 'Up', '"a"', 'Up end of the stream a'],
      ['unsubscribe', 'Up', '"b"', 'Up end of the stream b'],
    ]);
    expect(units.at(-1)!.error).toBe('no "b"');
    expect(units.map(({ replyTo }) => replyTo)).toEqual(UPLOAD.map(() => undefined));
  });

  it('is no reply to the invocation of the same id, on either side', () => {
    const decoder = protocol('signalr').createDecoder(context('signalr'));
    const units = [
      json('client', { type: 1, invocationId: '1', target: 'Up', arguments: [], streamIds: ['1'] }),
      json('server', { type: 1, invocationId: '1', target: 'Ask', arguments: [] }),
      json('client', { type: 3, invocationId: '1' }, { type: 3, invocationId: '1', result: 'yes' }),
      json('server', { type: 3, invocationId: '1', result: 5 }),
    ].flatMap((message) => decoder.decode(message).units);
    expect(units.map((unit) => [unit.type, unit.name, callKey(unit), replyKey(unit)])).toEqual([
      ['call', 'Up', '"1"', undefined],
      ['call', 'Ask', 'server "1"', undefined],
      ['unsubscribe', 'Up', undefined, undefined],
      ['reply', 'Ask', undefined, 'server "1"'],
      ['reply', 'Up', undefined, '"1"'],
    ]);
  });

  it('continues from a checkpoint, and is forgotten beyond the limit', () => {
    const first = protocol('signalr').createDecoder(context('signalr'));
    const ids = Array.from({ length: MAX_OPEN_INVOCATIONS + 1 }, (_, index) => `s${index}`);
    const opened = first.decode(json('client', { type: 1, target: 'Up', arguments: [], streamIds: ids }))
      .units[0]!;
    expect(opened.label).toBe('Up with the streams s0, s1, s2, s3, s4, s5, s6, s7 and 993 more');
    const second = protocol('signalr').createDecoder(context('signalr'), first.checkpoint());
    const nameOf = (id: string) =>
      second.decode(json('client', { type: 2, invocationId: id, item: 1 })).units[0]?.name;
    expect([nameOf('s0'), nameOf('s1'), nameOf(ids.at(-1)!)]).toEqual(['', 'Up', 'Up']);
  });

  it('reads hostile ids without a throw', () => {
    const long = 'x'.repeat(100_000);
    for (const streamIds of ['a', 7, null, {}, [1, null, ['a'], {}], [long], ['__proto__', '']]) {
      const { units, problems } = decodeAll('signalr', [
        json('client', { type: 1, target: 'Up', arguments: [], streamIds }),
        json('client', { type: 2, invocationId: long, item: 1 }),
        json('client', { type: 3, invocationId: '__proto__' }, { type: 3, invocationId: '__proto__' }),
      ]);
      expect(problems).toEqual([]);
      expect(units.map(({ type }) => type)).toEqual([
        'event',
        'event',
        Array.isArray(streamIds) && streamIds.includes('__proto__') ? 'unsubscribe' : 'reply',
        'reply',
      ]);
      for (const { stream, summary } of units) expect((stream ?? summary).length).toBeLessThan(1100);
    }
    // The list of MessagePack is a number, is missing, and has a number in it.
    for (const digits of ['9601 80 c0 a25570 90 07', '9501 80 c0 a25570 90', '9601 80 c0 a25570 90 9107'])
      expect(decodeOne('signalr', packed('client', digits)).summary).toBe('Up []');
    for (const digits of ['9302 80 a161', '9402 80 07 2a', '9303 80 07'])
      expect(decodeAll('signalr', [packed('client', digits)]).problems).toMatchObject([
        { code: 'decode.envelope' },
      ]);
  });

  it('has ids that invocations do not use, sent or followed', () => {
    const said = peer('signalr');
    said.encode(call('send', { arguments: ['Up'], options: { streams: '1,3,99999999999999999999' } }));
    const followed = peer('signalr');
    followed.follow(json('client', { type: 1, target: 'Up', arguments: [], streamIds: ['1', '3'] }));
    for (const client of [said, followed])
      expect(client.encode(call('invoke', { arguments: ['A'] }))).toMatchObject({ awaits: '"4"' });
  });

  it('is refused if its ids or its payload do not fit', () => {
    const problem = (...given: Parameters<typeof call>) => {
      const encoded = peer('signalr').encode(call(...given));
      return 'problem' in encoded ? encoded.problem : undefined;
    };
    for (const streams of ['', 'a,', ',a', 'a,a'])
      expect(problem('invoke', { arguments: ['Up'], options: { streams } })).toBe(
        'streams of @invoke are different ids with commas between them.',
      );
    expect(problem('item', { arguments: ['a'] })).toBe('@item needs an item as its payload.');
    expect(problem('item', { arguments: ['a'], body: ' ' })).toBe('@item needs an item as its payload.');
    expect(problem('item', { arguments: ['a'], body: '{' })).toContain('The payload of @item is not JSON');
    expect(problem('complete-error', { arguments: ['a'] })).toBe(
      '@complete-error needs an error as its payload.',
    );
    const taken = { type: 'event', name: 'Ask', range: { start: 0, end: 0 } } as const;
    expect(problem('item', { body: '1', taken })).toBe(
      '@item answers an invocation with an id: name the id of an upload, or wait for one that asks for a result.',
    );
  });

  it('and the items of a server go by the invocation that was taken', () => {
    for (const id of ['signalr', 'signalr-msgpack'] as const) {
      const decoder = protocol(id).createDecoder(context(id));
      const asked = json('client', { type: 4, invocationId: '5', target: 'Count', arguments: [] });
      const taken = decoder.decode(asked).units[0]!;
      const server = peer(id, 'server');
      const units = (['item', 'complete-error'] as const).flatMap((verb) => {
        const encoded = server.encode(call(verb, { body: '1', taken }));
        return sent('server', 'messages' in encoded ? encoded.messages : []).flatMap(
          (message) => decoder.decode(message).units,
        );
      });
      expect(units).toMatchObject([
        { type: 'event', name: 'Count', stream: '"5"' },
        { type: 'error', name: 'Count', replyTo: '"5"', error: '1' },
      ]);
    }
  });
});
