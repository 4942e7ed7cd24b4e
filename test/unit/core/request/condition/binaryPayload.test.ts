import { gzipSync } from 'node:zlib';
import { encode as encodeCbor } from 'cbor2';
import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgedMessage, type Judged } from '../../../../../src/core/request/condition/judged.ts';
import { payloadAt } from '../../../../../src/core/protocol/unit.ts';

const FACTS = { kind: 'binary', size: 0, latency: 0, close: undefined, handshake: undefined } as const;

const judged = (payload: Uint8Array, facts: Partial<Judged> = {}): Judged =>
  judgedMessage(payload, { ...FACTS, ...facts });

describe('the payload of a binary message', () => {
  const value = { op: 'pong', list: [1, 'a'] };

  test.each([
    ['MessagePack', encode(value)],
    ['CBOR', encodeCbor(value)],
    ['JSON', new TextEncoder().encode(JSON.stringify(value))],
  ])('is the decoded value of %s', (_, bytes) => {
    expect(judged(bytes).payload()?.plain).toEqual(value);
  });

  test('keeps integers that a double cannot hold', () => {
    const bytes = encode({ id: 12345678901234567890n, name: 'a b' }, { useBigInt64: true });
    const { value: exact } = judged(bytes).payload()!;
    expect(JSON.stringify(exact)).toContain('12345678901234567890');
  });

  test.each([
    ['that may be anything', encode([1, 2, 3])],
    ['of CBOR with more than JSON has', encodeCbor(new Map([[1, 'text']]))],
    ['that is compressed', new Uint8Array(gzipSync('{"op":"pong"}'))],
    ['of Protobuf without a schema', Uint8Array.from(Buffer.from('089601120774657374696e67', 'hex'))],
    ['that is cut', encode(value).subarray(0, -1)],
  ])('is not decoded from bytes %s', (_, bytes) => {
    expect(judged(bytes).payload()).toBeUndefined();
  });

  test('is not available as text or JSON', () => {
    const message = judged(encode(value));
    expect(message.payload()).toBeDefined();
    expect(message.json()).toBeUndefined();
    expect(message.text()).toBeUndefined();
  });

  test('is decoded in a unit too, and is its bytes otherwise', () => {
    const unit = (bytes: Uint8Array) => {
      const payload = payloadAt('bytes', bytes, { start: 0, end: bytes.length });
      return judged(bytes, {
        unit: { type: 'event', name: 'a', payload, range: { start: 0, end: bytes.length } },
      });
    };
    expect(unit(encode(value)).payload()?.plain).toEqual(value);
    expect(unit(Uint8Array.of(0xff, 1)).payload()?.plain).toEqual({ $base64: '/wE=' });
  });

  test('is found in all output of both libraries, and random bytes never throw', () => {
    const values = fc.dictionary(fc.stringMatching(/^[a-z]{2,8}$/), fc.integer(), { minKeys: 1, maxKeys: 5 });
    fc.assert(
      fc.property(values, fc.uint8Array({ maxLength: 60 }), (each, random) => {
        for (const bytes of [encode(each), encodeCbor(each)])
          expect(judged(bytes).payload()?.plain).toEqual(each);
        judged(random).payload();
      }),
      { numRuns: 300 },
    );
  });
});
