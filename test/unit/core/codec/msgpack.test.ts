import { readFileSync } from 'node:fs';
import { encode, ExtData } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_MSGPACK_DEPTH,
  MAX_MSGPACK_ITEMS,
  readMsgpack,
  walkMsgpack,
} from '../../../../src/core/codec/msgpack.ts';
import { derivedJson } from '../../../../src/core/protocol/json/derivedJson.ts';

interface Fixture {
  readonly vectors: readonly (readonly [hex: string, json: string])[];
}

const { vectors } = JSON.parse(
  readFileSync(new URL('../../../fixtures/msgpackVectors.json', import.meta.url), 'utf8'),
) as Fixture;

const hex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits, 'hex'));

const json = (read: ReturnType<typeof readMsgpack>): string =>
  'problem' in read ? read.problem : derivedJson(read.value);

describe('readMsgpack', () => {
  it.each(vectors)('%s is %s', (digits, expected) => {
    expect(json(readMsgpack(hex(digits)))).toBe(expected);
  });

  it.each([
    ['', 'Not MessagePack: it ends too early, at byte 0.', 0],
    ['cd01', 'Not MessagePack: it ends too early, at byte 2.', 2],
    ['9201', 'Not MessagePack: the 2 elements at byte 0 are more than there are.', 0],
    ['81a161', 'Not MessagePack: it ends too early, at byte 3.', 3],
    ['dfffffffff', 'Not MessagePack: the 4294967295 members at byte 0 are more than there are.', 0],
    ['91a56162', 'Not MessagePack: the 5 bytes from byte 2 on are more than there are.', 1],
    ['91c7ff0501', 'Not MessagePack: the 256 bytes from byte 3 on are more than there are.', 1],
    ['d705010203', 'Not MessagePack: it ends too early, at byte 5.', 5],
    ['92c0c1', 'Not MessagePack: the byte 0xc1 at byte 2 is never used.', 2],
    ['0102', 'Not MessagePack: its value ends at byte 1.', 1],
    ['819001', 'Not MessagePack: a key of a map is neither text nor a number.', 0],
  ])('names what is wrong with %s', (digits, sentence, at) => {
    expect(readMsgpack(hex(digits))).toEqual({ problem: sentence, at });
  });

  it('finds text that is not UTF-8', () => {
    expect(readMsgpack(hex('92a161a2fffe'))).toMatchObject({ invalidText: 4 });
    expect(readMsgpack(hex('92a161a2c3a9'))).toMatchObject({ invalidText: undefined });
  });

  it('refuses a key that would change what an object inherits', () => {
    const read = readMsgpack(hex('81a95f5f70726f746f5f5f01'));
    expect('problem' in read && read.problem).toMatch(/^Not MessagePack: .*__proto__/);
  });

  it('names its limit of levels, and reads levels up to it', () => {
    const nested = (levels: number): Uint8Array => {
      const bytes = new Uint8Array(levels + 1).fill(0x91);
      bytes[levels] = 0;
      return bytes;
    };
    expect(json(readMsgpack(nested(MAX_MSGPACK_DEPTH)))).toMatch(/^\[{1000}0\]{1000}$/);
    expect(readMsgpack(nested(MAX_MSGPACK_DEPTH + 1))).toEqual({
      problem: `MessagePack nested deeper than ${MAX_MSGPACK_DEPTH} levels is not decoded.`,
      at: MAX_MSGPACK_DEPTH,
      isLimit: true,
    });
  });

  it('names its limit of values', () => {
    const bytes = new Uint8Array(MAX_MSGPACK_ITEMS + 5);
    bytes[0] = 0xdd;
    new DataView(bytes.buffer).setUint32(1, MAX_MSGPACK_ITEMS);
    expect(readMsgpack(bytes)).toMatchObject({
      problem: `MessagePack of more than ${MAX_MSGPACK_ITEMS} values is not decoded.`,
      isLimit: true,
    });
    bytes[4]!--;
    expect(readMsgpack(bytes.subarray(0, -1))).toHaveProperty('value');
  });

  const values = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 20 }).map((data) => new ExtData(9, data)),
      fc.array(tie('value'), { maxLength: 20 }),
      fc.dictionary(
        fc.string().filter((key) => key !== '__proto__'),
        tie('value'),
        { maxKeys: 20 },
      ),
    ),
  })).value;

  const write = (value: unknown): Uint8Array => encode(value, { useBigInt64: true });

  it('finds the end of everything that the library writes, and reads it back', () => {
    fc.assert(
      fc.property(values, fc.uint8Array({ maxLength: 8 }), (value, behind) => {
        const bytes = write(value);
        expect(walkMsgpack(Uint8Array.from([...bytes, ...behind]), 0)).toMatchObject({ end: bytes.length });
        const read = readMsgpack(bytes);
        expect('value' in read && write(read.value)).toEqual(bytes);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws on changed, cut and random bytes', () => {
    const given = fc.oneof(fc.uint8Array({ maxLength: 200 }), values.map(write));
    fc.assert(
      fc.property(
        given,
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
        fc.nat({ max: 4 }),
        (written, changes, cut) => {
          const bytes = Uint8Array.from(written);
          for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
          const read = readMsgpack(bytes.subarray(0, Math.max(0, bytes.length - cut)));
          if ('problem' in read) expect(read.at).toBeLessThanOrEqual(bytes.length);
          else expect(derivedJson(read.value)).not.toBe('');
        },
      ),
      { numRuns: 2000 },
    );
  });
});
