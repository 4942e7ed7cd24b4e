import { encode as encodeMsgpack } from '@msgpack/msgpack';
import { encode as encodeCbor } from 'cbor2';
import fc from 'fast-check';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MAX_CODEC_BYTES } from '../../../src/core/codec/codecProblem.ts';
import type { ProtobufType } from '../../../src/core/codec/protobuf/protobufSchema.ts';
import {
  decodeByRule,
  decodePayloads,
  RULES_PROTOCOL,
} from '../../../src/core/protocol/decode/decodedUnits.ts';
import { base64Content, Decoding } from '../../../src/core/protocol/decode/decoding.ts';
import { imageType } from '../../../src/core/protocol/decode/imageType.ts';
import { toUnit } from '../../../src/core/protocol/unit.ts';
import { UnitReader } from '../../../src/core/protocol/unitReader.ts';
import { parseDecodeRule } from '../../../src/core/text/decodeRule.ts';
import { inflate, streamInflate } from '../../../src/recording/read/inflate.ts';

/** Reads the first byte as a number. */
const FIRST_BYTE: ProtobufType = {
  name: 'a.First',
  read: (bytes) =>
    bytes.length === 0
      ? { problem: 'Not a.First: it ends too early, at byte 0.', at: 0 }
      : {
          text: `{"first":${bytes[0]}}`,
          unknown: bytes.length > 1 ? 'the schema does not have the field 2' : undefined,
        },
  write: () => ({ problem: 'not here' }),
};

function decoding(...texts: string[]): Decoding {
  const rules = texts.map((text) => {
    const rule = parseDecodeRule(text);
    if ('problem' in rule) throw new Error(rule.problem);
    return rule;
  });
  const types = new Map<string, ProtobufType | { problem: string }>([
    ['protobuf First from a.proto', FIRST_BYTE],
    ['protobuf Bad from bad.proto', { problem: 'bad.proto, line 2: illegal token.' }],
  ]);
  return new Decoding(rules, { inflate, stream: streamInflate, types });
}

function read(bytes: Uint8Array | string, ...texts: string[]): unknown {
  const data = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  const decoded = decoding(...texts).decode(data, 'server', undefined);
  if (!decoded) return undefined;
  if ('problem' in decoded) return decoded.problem;
  const { content, reason, image } = decoded;
  const held = content.form === 'bytes' ? Buffer.from(content.bytes).toString('hex') : content.text;
  return [content.form, held, reason, ...(image === undefined ? [] : [image])];
}

const PNG = Uint8Array.from(Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
const value = { op: 'tick', n: [1, 2] };

describe('a decoding rule', () => {
  it.each([
    ['msgpack', encodeMsgpack(value), ['json', '{"op":"tick","n":[1,2]}', 'MessagePack: 14 of 14 bytes.']],
    ['cbor', encodeCbor(value), ['json', '{"op": "tick", "n": [1, 2]}', 'CBOR: 14 of 14 bytes.']],
    ['cbor', encodeCbor(new Uint8Array([1])), ['text', "h'01'", 'CBOR: 2 of 2 bytes.']],
    ['protobuf', Uint8Array.of(8, 150, 1), ['json', '{"1":150}', 'Protobuf without a schema: 3 of 3 bytes.']],
    [
      'protobuf First from a.proto',
      Uint8Array.of(7),
      ['json', '{"first":7}', 'Protobuf a.First: 1 of 1 bytes.'],
    ],
    [
      'protobuf First from a.proto',
      Uint8Array.of(7, 8),
      ['json', '{"first":7}', 'Protobuf a.First: 2 of 2 bytes. The schema does not have the field 2.'],
    ],
    ['base64', new TextEncoder().encode('aGVsbG8='), ['text', 'hello', 'base64: 5 bytes.']],
    ['image', PNG, ['bytes', Buffer.from(PNG).toString('hex'), 'image/png, 16 bytes.', 'image/png']],
  ])('decodes with %s', (rule, bytes, result) => {
    expect(read(bytes, rule)).toEqual(result);
  });

  it.each([
    ['gzip', gzipSync],
    ['zlib', deflateSync],
    ['deflate', deflateRawSync],
    ['brotli', brotliCompressSync],
  ])('inflates text, JSON and certain formats with %s', (format, compress) => {
    expect(read(compress('hello'), format)).toEqual([
      'text',
      'hello',
      expect.stringMatching(`^${format}: \\d+ of \\d+ bytes, 5 inflated\\.$`),
    ]);
    expect(read(compress('{"a":1}'), format)).toMatchObject({ 0: 'json', 1: '{"a":1}' });
    expect(read(compress(encodeMsgpack(value)), format)).toMatchObject({
      0: 'json',
      1: '{\"op\":\"tick\",\"n\":[1,2]}',
      2: expect.stringMatching(/inflated\. MessagePack: 14 of 14 bytes\.$/),
    });
    expect(read(compress(PNG), format)).toMatchObject({ 0: 'bytes', 3: 'image/png' });
    expect(read(Uint8Array.of(0xff, 0xff, 0xff), format)).toMatch(`Not ${format}: `);
  });

  it('passes the content to later rules only', () => {
    const packed = gzipSync(Uint8Array.of(7));
    expect(read(packed, 'gzip', 'protobuf First from a.proto')).toMatchObject({
      0: 'json',
      1: '{"first":7}',
    });
    expect(read(packed, 'protobuf First from a.proto', 'gzip')).toMatchObject({
      0: 'json',
      1: '{"first":31}',
    });
    expect(read(packed.toString('base64'), 'base64', 'gzip prefix 1f8b', 'msgpack')).toMatchObject({
      0: 'json',
      1: '7',
    });
    expect(read(gzipSync(gzipSync('x')), 'gzip', 'gzip')).toMatchObject({ 0: 'text', 1: 'x' });
  });

  it('is the first that matches', () => {
    const bytes = encodeMsgpack(value);
    expect(read(bytes, 'cbor out', 'gzip prefix 1f8b', 'cbor topic a', 'msgpack in')).toMatchObject({
      0: 'json',
      1: '{"op":"tick","n":[1,2]}',
    });
    expect(read(bytes, 'cbor out')).toBeUndefined();
  });

  it.each([
    ['msgpack', Uint8Array.of(0xc1), 'Not MessagePack: the byte 0xc1 at byte 0 is never used.'],
    ['cbor', Uint8Array.of(0x82, 1), /^Not CBOR: /],
    ['protobuf', Uint8Array.of(8), 'Not Protobuf: it ends too early, at byte 1.'],
    ['protobuf First from a.proto', new Uint8Array(), 'Not a.First: it ends too early, at byte 0.'],
    ['protobuf Bad from bad.proto', Uint8Array.of(1), 'bad.proto, line 2: illegal token.'],
    ['base64', new TextEncoder().encode('a*b'), /^Not base64: /],
    ['image', new TextEncoder().encode('<svg onload="x()"/>'), /^Not an image: /],
    [
      'msgpack',
      new Uint8Array(MAX_CODEC_BYTES + 1),
      `${MAX_CODEC_BYTES + 1} bytes are not decoded: the limit is ${MAX_CODEC_BYTES}.`,
    ],
  ])('reports where %s stopped', (rule, bytes, said) => {
    expect(read(bytes, rule)).toEqual(typeof said === 'string' ? said : expect.stringMatching(said));
  });

  it('reads in and out from the side that recorded', () => {
    const rule = parseDecodeRule('msgpack in');
    if ('problem' in rule) throw new Error(rule.problem);
    const server = new Decoding([rule], { inflate, stream: streamInflate, types: new Map() }, 'server');
    expect(server.decode(encodeMsgpack(1), 'client', undefined)).toHaveProperty('content');
    expect(server.decode(encodeMsgpack(1), 'server', undefined)).toBeUndefined();
  });

  it('reports what it decoded before the error', () => {
    expect(read(gzipSync(Uint8Array.of(0xc1)), 'gzip', 'msgpack')).toMatch(
      /^gzip: .* inflated\. Not MessagePack: /,
    );
  });

  it('never throws', () => {
    const rules = fc.constantFrom(
      'msgpack',
      'cbor',
      'protobuf',
      'gzip',
      'zlib',
      'deflate',
      'brotli',
      'base64',
      'image',
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.array(rules, { maxLength: 3 }), (bytes, texts) => {
        const result = read(bytes, ...texts);
        expect(result === undefined).toBe(texts.length === 0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('base64Content', () => {
  const text = (written: string): string | undefined => {
    const bytes = base64Content(new TextEncoder().encode(written));
    return bytes && Buffer.from(bytes).toString();
  };
  it.each([
    ['aGVsbG8=', 'hello'],
    ['"aGVsbG8="', 'hello'],
    [' aGVs\nbG8 ', 'hello'],
    ['Pz8_', '???'],
    ['data:image/png;base64,aGVsbG8=', 'hello'],
    ['"data:text\\/plain;charset=utf-8;base64,aGVsbG8="', 'hello'],
    ['data:text/plain,hello', undefined],
    ['', undefined],
    ['a', undefined],
  ])('decodes %j as %j', (written, held) => {
    expect(text(written)).toBe(held);
  });
});

describe('imageType', () => {
  it.each([
    ['89504e470d0a1a0a', 'image/png'],
    ['ffd8ffe0', 'image/jpeg'],
    ['474946383961', 'image/gif'],
    ['524946460000000057454250565038', 'image/webp'],
    ['0000001c6674797061766966', 'image/avif'],
    [`424d1e000000${'00'.repeat(24)}`, 'image/bmp'],
    [`424d1f000000${'00'.repeat(24)}`, undefined],
    ['424d', undefined],
    ['', undefined],
    [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg">').toString('hex'), undefined],
    [Buffer.from('<?xml version="1.0"?><svg/>').toString('hex'), undefined],
  ])('recognises %s as %s', (digits, type) => {
    expect(imageType(Uint8Array.from(Buffer.from(digits, 'hex')))).toBe(type);
  });
});

describe('the unit payloads', () => {
  const range = { start: 2, end: 5 };
  const unit = (bytes: Uint8Array, name = 'prices') => {
    let reads = 0;
    const held = {
      type: 'event' as const,
      name,
      range,
      payload: { form: 'bytes' as const, range, read: () => (reads++, bytes) },
    };
    return { decoded: { units: [held], problems: [] }, reads: () => reads };
  };

  it('are decoded by topic when they are read, not before', () => {
    const { decoded, reads } = unit(encodeMsgpack(value));
    const [first] = decodePayloads(decoded, 'server', decoding('msgpack topic pri*')).units;
    expect(reads()).toBe(0);
    expect(toUnit(first!)).toMatchObject({
      payload: { form: 'json', content: '{"op":"tick","n":[1,2]}', range },
      summary: 'prices {"op":"tick","n":[1,2]}',
      problems: [],
    });
    const [other] = decodePayloads(decoded, 'server', decoding('msgpack topic x')).units;
    expect(toUnit(other!).payload).toMatchObject({ form: 'bytes' });
  });

  it('stay bytes with a problem if they do not fit', () => {
    const { decoded } = unit(Uint8Array.of(0xc1, 0));
    const [first] = decodePayloads(decoded, 'server', decoding('msgpack')).units;
    expect(toUnit(first!)).toMatchObject({
      payload: { form: 'bytes', content: 'wQA=' },
      problems: [{ code: 'decode.binary', at: 2, message: expect.stringContaining('Not MessagePack') }],
    });
  });

  it('follow MQTT, also after a checkpoint', () => {
    const publish = (topic: string, payload: Uint8Array): Uint8Array =>
      Uint8Array.from([
        0x30,
        2 + topic.length + payload.length,
        0,
        topic.length,
        ...Buffer.from(topic),
        ...payload,
      ]);
    const options = { protocol: 'mqtt', url: 'ws://a.test', decoding: decoding('msgpack in topic s/+') };
    const reader = new UnitReader(options);
    const list = (each: UnitReader, from: 'client' | 'server') =>
      each.list('binary', from, publish('s/1', encodeMsgpack(value)))?.units[0]?.payload?.form;
    expect([list(reader, 'server'), list(reader, 'client')]).toEqual(['json', 'bytes']);
    const resumed = new UnitReader(options);
    resumed.restore(reader.checkpoint()!);
    expect(list(resumed, 'server')).toBe('json');
  });
});

describe('messages without a protocol', () => {
  const message = (data: Uint8Array) => ({ kind: 'binary' as const, from: 'server' as const, data });

  it('are units if a rule matches', () => {
    const rules = decoding('msgpack prefix 82');
    expect(decodeByRule(message(encodeMsgpack(value)), rules).units).toHaveLength(1);
    expect(decodeByRule(message(Uint8Array.of(1)), rules).units).toEqual([]);
  });

  it('become units of a protocol once it is recognised', () => {
    const reader = new UnitReader({ protocol: 'auto', url: 'ws://a.test', decoding: decoding('msgpack') });
    expect(reader.protocol?.id).toBe(RULES_PROTOCOL);
    expect(reader.list('binary', 'server', encodeMsgpack(value))).toMatchObject({
      protocol: RULES_PROTOCOL,
      units: [{ type: 'event', name: '', payload: { form: 'json' } }],
    });
    const text = new TextEncoder().encode('{"jsonrpc":"2.0","method":"a"}');
    expect(reader.list('text', 'server', text)).toMatchObject({ protocol: 'json-rpc' });
  });

  it('keep their state over a checkpoint', () => {
    const options = { protocol: 'none', url: 'ws://a.test', decoding: decoding('msgpack') };
    const reader = new UnitReader(options);
    const resumed = new UnitReader(options);
    resumed.restore(reader.checkpoint()!);
    expect(resumed.list('binary', 'server', encodeMsgpack(1))).toMatchObject({
      units: [{ payload: { content: '1' } }],
    });
  });
});
