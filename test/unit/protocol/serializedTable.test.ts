import { encode as encodeMsgpack } from '@msgpack/msgpack';
import { encode as encodeCbor } from 'cbor2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_DECODED_BYTES } from '../../../src/core/protocol/limits.ts';
import { detectProtocol } from '../../../src/core/protocol/registry.ts';
import { serializerOf } from '../../../src/core/protocol/table/serializers.ts';
import { toUnit } from '../../../src/core/protocol/unit.ts';
import { call, context, countingPorts, protocol, text } from './support/conversation.ts';

const FORMATS = [
  ['wamp-msgpack', 'msgpack', (value: unknown) => encodeMsgpack(value, { useBigInt64: true }), 'MessagePack'],
  ['wamp-cbor', 'cbor', encodeCbor, 'CBOR'],
] as const;

const binary = (from: 'client' | 'server', data: Uint8Array) => ({ kind: 'binary' as const, from, data });

describe.each(FORMATS)('%s', (id, format, encode, title) => {
  const bytes = (value: unknown): Uint8Array => new Uint8Array(encode(value));
  const decode = (from: 'client' | 'server', data: Uint8Array) => {
    const { units, problems } = protocol(id).createDecoder(context(id)).decode(binary(from, data));
    return { units: units.map(toUnit), problems };
  };
  const peer = () => protocol(id).createPeer(context(id), 'client', countingPorts());

  it('is recognised by its subprotocol only, and offers it', () => {
    const found = detectProtocol({ subprotocol: `wamp.2.${format}`, url: 'ws://h/', messages: [] });
    expect(found?.protocol.id).toBe(id);
    expect(protocol(id).subprotocols).toEqual([`wamp.2.${format}`]);
    const messages = [binary('client', bytes([1, 'realm1', {}]))];
    expect(detectProtocol({ subprotocol: '', url: 'ws://h/', messages })).toBeUndefined();
  });

  it.each([
    [[1, 'realm1', { roles: {} }], 'control', 'realm1', 'HELLO realm1 {"roles":{}}'],
    [[36, 5_512_315_355, 4_429_313_566, {}, ['a', 1.5]], 'event', '', 'EVENT ["a",1.5]'],
    [[48, 7, {}, 'com.add', [2, 3]], 'call', 'com.add', 'CALL com.add [2,3]'],
    [[8, 48, 7, {}, 'wamp.error.no'], 'error', '', 'wamp.error.no {}'],
  ])('decodes %j', (value, type, name, summary) => {
    const data = bytes(value);
    const { units, problems } = decode('server', data);
    expect(problems).toEqual([]);
    expect(units).toMatchObject([{ type, name, summary, range: { start: 0, end: data.length } }]);
    expect(units[0]?.payload?.range).toBeUndefined();
  });

  it('keeps bytes and integers beyond 2^53', () => {
    const value = [36, 1, 2, {}, [Uint8Array.of(1, 2), 2n ** 60n]];
    expect(decode('server', bytes(value)).units[0]?.payload?.content).toBe(
      `[{"$base64":"AQI="},${2n ** 60n}]`,
    );
  });

  it('sends verbs in its format, and pairs their replies', () => {
    const own = peer();
    const hello = own.encode(call('hello', { arguments: ['realm1'] }));
    if ('problem' in hello) throw new Error(hello.problem);
    expect(hello.messages[0]?.kind).toBe('binary');
    expect(own.opening.state).toBe('waiting');
    expect(own.receive(text('server', '[2,1,{}]'))).toEqual([]);
    expect(own.receive(binary('server', Uint8Array.of(0xc1)))).toEqual([]);
    expect(own.opening.state).toBe('waiting');
    own.receive(binary('server', bytes([2, 1, { roles: {} }])));
    expect(own.opening.state).toBe('accepted');
    const sent = own.encode(call('call', { arguments: ['com.add'], body: '[{"$base64":"AQI="}, 2]' }));
    if ('problem' in sent) throw new Error(sent.problem);
    const data = sent.messages[0]!.data;
    expect(decode('client', data).units).toMatchObject([
      { type: 'call', id: sent.awaits, payload: { content: '[{"$base64":"AQI="},2]' } },
    ]);
    // Another peer that only follows continues its ids.
    const other = peer();
    for (const message of [hello, sent].flatMap(({ messages }) => messages))
      other.follow(binary('client', message.data));
    const next = other.encode(call('call', { arguments: ['com.add'] }));
    expect('awaits' in next && next.awaits).toBe(String(Number(sent.awaits) + 1));
    expect(own.encode(call('fly'))).toEqual({ problem: expect.stringContaining('no verb @fly') as string });
    expect([own.start(true), own.beat(), own.finish(), own.beatInterval]).toEqual([[], [], [], undefined]);
  });

  it('reports why the router refused', () => {
    const own = peer();
    own.encode(call('hello', { arguments: ['r'] }));
    own.receive(binary('server', bytes([3, {}, 'wamp.error.no_such_realm'])));
    expect(own.opening).toMatchObject({
      state: 'refused',
      reason: expect.stringContaining('no_such_realm') as string,
    });
  });

  it('reads its own output', () => {
    const serializer = serializerOf(format);
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const json = JSON.stringify(value);
        fc.pre(!json.includes('__proto__') && !json.includes('$') && !json.includes('-0'));
        const back = serializer.read(serializer.write(json));
        expect('json' in back && JSON.parse(back.json)).toEqual(JSON.parse(json));
      }),
      { numRuns: 60 },
    );
  });

  it('keeps values that do not fit, with the place', () => {
    const whole = bytes([48, 7, {}, 'com.add', [2, 3]]);
    expect(decode('client', whole.slice(0, 5))).toMatchObject({
      units: [],
      problems: [{ code: 'decode.binary', message: expect.stringContaining(`Not ${title}`) as string }],
    });
    expect(decode('client', bytes({ a: 1 })).problems).toEqual([
      { code: 'decode.envelope', message: expect.stringContaining(`This ${title} is not`) as string, at: 0 },
    ]);
    const decoder = protocol(id).createDecoder(context(id));
    expect(decoder.decode(text('server', '[1]')).problems[0]?.message).toContain('sends binary messages');
    expect(decoder.decode(binary('server', new Uint8Array(MAX_DECODED_BYTES + 1))).problems).toMatchObject([
      { code: 'decode.limit' },
    ]);
    expect(decoder.checkpoint()).toBe('');
  });

  it('names the limit of depth', () => {
    const nested = Uint8Array.from({ length: 1100 }, () => (format === 'cbor' ? 0x81 : 0x91));
    expect(decode('server', Uint8Array.of(...nested, 0)).problems).toMatchObject([{ code: 'decode.limit' }]);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (data) => {
        decode('server', data);
        peer().receive(binary('server', data));
      }),
    );
  });
});

describe('CBOR', () => {
  it('has no extensions, and nests only so deep', () => {
    const serializer = serializerOf('cbor');
    expect(() => serializer.write('{"$ext":[1,{"$base64":"AA=="}]}')).toThrow('CBOR has no extensions');
    expect(() => serializer.write('['.repeat(102) + ']'.repeat(102))).toThrow('deeper than 100 levels');
    const own = protocol('wamp-cbor').createPeer(context('wamp-cbor'), 'client', countingPorts());
    expect(own.encode(call('call', { arguments: ['a'], body: '[{"$ext":[1,{"$base64":"AA=="}]}]' }))).toEqual(
      {
        problem: '@call cannot be sent as CBOR: CBOR has no extensions such as {"$ext": …}.',
      },
    );
  });

  it('reads keys that are not text as text, and runs nothing that a tag names', () => {
    const serializer = serializerOf('cbor');
    // {1: "a"}, then a regular expression of tag 21066.
    expect(serializer.read(Uint8Array.from([0xa1, 0x01, 0x61, 0x61]))).toEqual({ json: '{"1":"a"}' });
    const tagged = Uint8Array.from([0xd9, 0x52, 0x4a, 0x82, 0x61, 0x61, 0x61, 0x67]);
    expect(serializer.read(tagged)).toEqual({ json: '{"tag":21066,"contents":["a","g"]}' });
  });
});
