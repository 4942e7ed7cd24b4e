import { decode as decodeMsgpack } from '@msgpack/msgpack';
import { decode as decodeCbor } from 'cbor2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBody } from '../../../../../src/core/request/plan/encodeBody.ts';

const hex = (format: string, text: string): string => {
  const encoded = encodeBody(format, text);
  return 'data' in encoded ? Buffer.from(encoded.data).toString('hex') : encoded.problem;
};

describe('encodeBody', () => {
  it.each([
    ['msgpack', '{"op": "a", "n": [1, -1, 1.5, null]}', '82a26f70a161a16e9401ffcb3ff8000000000000c0'],
    ['MsgPack', '12345678901234567890', 'cfab54a98ceb1f0ad2'],
    ['msgpack', '{"at": 1700000000000}', '81a26174cf0000018bcfe56800'],
    ['msgpack', '[4294967295, 4294967296]', '92ceffffffffcf0000000100000000'],
    ['msgpack', '[-2147483648, -2147483649]', '92d280000000d3ffffffff7fffffff'],
    ['msgpack', '["1700000000000", 1.7e12]', '92ad31373030303030303030303030cb4278bcfe56800000'],
    ['msgpack', '{"$base64": "AQI="}', 'c4020102'],
    ['msgpack', '{"$ext": [5, {"$base64": "AQ=="}]}', 'd40501'],
    ['msgpack', '{"$date": "2018-01-02T03:04:05.000Z"}', 'd6ff5a4af6a5'],
    ['cbor', '{"op": "a", "n": [1, -1, 1.5, null]}', 'a2626f706161616e840120f93e00f6'],
    ['cbor', "[1.0, h'01', 24_0, NaN]", '84f93c0041011818f97e00'],
  ])('writes %s of %s', (format, text, digits) => {
    expect(hex(format, text)).toBe(digits);
  });

  it.each([
    [
      'xml',
      '[]',
      '“xml” is not a format for encoding messages: use msgpack, cbor, protobuf, gzip, zlib, deflate, brotli.',
      'format',
    ],
    [
      'msgpack',
      '{"a": }',
      'The payload of @encode msgpack is not JSON at column 7: expected a value.',
      'payload',
    ],
    ['msgpack', '', 'The payload of @encode msgpack is not JSON', 'payload'],
    ['msgpack', `${'['.repeat(1001)}${']'.repeat(1001)}`, 'JSON nested deeper than 1000 levels', 'payload'],
    [
      'cbor',
      '{"a": 1,\n}',
      'The payload of @encode cbor is neither JSON nor diagnostic notation at line 2, column 1: expected a value.',
      'payload',
    ],
    ['cbor', `${'['.repeat(101)}${']'.repeat(101)}`, 'expected at most 100 levels.', 'payload'],
  ])('reports why %s cannot be written from %s', (format, text, problem, of) => {
    const encoded = encodeBody(format, text);
    expect('problem' in encoded && encoded.problem).toContain(problem);
    expect(encoded).toMatchObject({ of });
  });

  it('leaves it to others to compress text', () => {
    const encoded = encodeBody('GZIP', 'any text');
    expect(encoded).toEqual({ data: new TextEncoder().encode('any text'), outside: { format: 'gzip' } });
  });

  it('leaves it to others to encode JSON by a schema', () => {
    const outside = { format: 'protobuf', message: 'feed.Tick', file: './a folder/feed.proto' };
    expect(encodeBody(' Protobuf  feed.Tick from ./a folder/feed.proto ', ' {"a": 1}\n')).toEqual({
      data: new TextEncoder().encode('{"a": 1}'),
      outside,
    });
  });

  it.each([
    ['protobuf', '{}', '@encode protobuf needs a message and its schema', 'format'],
    ['protobuf Tick', '{}', '@encode protobuf needs a message and its schema', 'format'],
    [
      'protobuf Tick from a.proto',
      '[1]',
      'The payload of @encode protobuf must be a JSON object.',
      'payload',
    ],
    [
      'protobuf Tick from a.proto',
      '{"a": }',
      'The payload of @encode protobuf is not JSON at column 7',
      'payload',
    ],
  ])('reports the missing part of %s of %s', (format, text, problem, of) => {
    const encoded = encodeBody(format, text);
    expect('problem' in encoded && encoded.problem).toContain(problem);
    expect(encoded).toMatchObject({ of });
  });

  it('writes levels up to its limit', () => {
    expect(hex('msgpack', `${'['.repeat(1000)}${']'.repeat(1000)}`)).toMatch(/^(91){999}90$/);
  });

  it('writes bytes that the libraries read back', () => {
    const readers = { msgpack: decodeMsgpack, cbor: decodeCbor } as const;
    const plain = (_: string, read: unknown) => (typeof read === 'bigint' ? Number(read) : read);
    fc.assert(
      fc.property(fc.constantFrom('msgpack', 'cbor'), fc.jsonValue(), (format, value) => {
        const json = JSON.stringify(value);
        fc.pre(!json.includes('__proto__') && !json.includes('"$'));
        const encoded = encodeBody(format, json);
        const read = readers[format]('data' in encoded ? encoded.data : new Uint8Array());
        expect(JSON.parse(JSON.stringify(read, plain))).toEqual(JSON.parse(json));
      }),
      { numRuns: 400 },
    );
  });

  it('never throws at other texts', () => {
    fc.assert(
      fc.property(fc.constantFrom('msgpack', 'cbor'), fc.oneof(fc.string(), fc.json()), (format, text) => {
        const encoded = encodeBody(format, text);
        if ('problem' in encoded) expect(encoded.problem).toMatch(/\.$/);
      }),
      { numRuns: 500 },
    );
  });
});
