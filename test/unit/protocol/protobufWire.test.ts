import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_PROTOBUF_DEPTH,
  MAX_PROTOBUF_FIELDS,
  readProtobufWire,
} from '../../../src/core/protocol/binary/protobufWire.ts';

const hex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'));

const text = (bytes: Uint8Array): string => {
  const read = readProtobufWire(bytes);
  return 'text' in read ? read.text : read.problem;
};

/** A varint, as the encoding guide describes it. */
function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

const field = (number: number, type: number, content: readonly number[]): number[] => [
  ...varint(BigInt(number * 8 + type)),
  ...content,
];
const withLength = (content: readonly number[]): number[] => [...varint(BigInt(content.length)), ...content];

describe('readProtobufWire', () => {
  // The examples of protobuf.dev/programming-guides/encoding.
  it.each([
    ['08 96 01', '{"1":150}'],
    ['12 07 74 65 73 74 69 6e 67', '{"2":"testing"}'],
    ['1a 03 08 96 01', '{"3":{"1":150}}'],
    ['22 05 68 65 6c 6c 6f 28 01 28 02 28 03', '{"4":"hello","5":[1,2,3]}'],
    ['32 06 03 8e 02 9e a7 05', '{"6":{"$base64":"A44CnqcF"}}'],
    ['08 fe ff ff ff ff ff ff ff ff 01', '{"1":18446744073709551614}'],
    ['3a 05 0a 01 61 10 07', '{"7":{"1":"a","2":7}}'],
    ['0d 00 00 c0 3f', '{"1":{"$fixed32":1069547520,"float":1.5}}'],
    ['09 00 00 00 00 00 00 f8 3f', '{"1":{"$fixed64":4609434218613702656,"double":1.5}}'],
    ['0d 00 00 c0 7f', '{"1":{"$fixed32":2143289344,"float":"NaN"}}'],
    ['43 08 01 44', '{"8":{"1":1}}'],
    ['0a 00', '{"1":""}'],
    ['', '{}'],
  ])('%s is %s', (digits, json) => {
    expect(text(hex(digits))).toBe(json);
  });

  it.each([
    ['08', 'Not Protobuf: it ends too early, at byte 1.', 1],
    ['08 96', 'Not Protobuf: it ends too early, at byte 2.', 2],
    ['08 ff ff ff ff ff ff ff ff ff ff 01', 'Not Protobuf: the number at byte 1 has more than 10 bytes.', 1],
    ['08 01 00 01', 'Not Protobuf: the field number 0 at byte 2 is not valid.', 2],
    ['88 80 80 80 10 01', 'Not Protobuf: the field number 536870913 at byte 0 is not valid.', 0],
    ['0e 01', 'Not Protobuf: there is no wire type 6, as at byte 0.', 0],
    ['12 07 74 65', 'Not Protobuf: the 7 bytes from byte 2 on are more than there are.', 0],
    ['0d 00 00', 'Not Protobuf: it ends too early, at byte 3.', 3],
    ['0c', 'Not Protobuf: the end of group 1 at byte 0 ends nothing.', 0],
    ['43 08 01 4c', 'Not Protobuf: the end of group 9 at byte 3 ends nothing.', 3],
    ['43 08 01', 'Not Protobuf: group 8 has no end.', 3],
  ])('names what is wrong with %s', (digits, problem, at) => {
    expect(readProtobufWire(hex(digits))).toEqual({ problem, at });
  });

  it('recognises a message by text and usual field numbers', () => {
    const telling = (bytes: number[]) => readProtobufWire(Uint8Array.from(bytes));
    const name = withLength([...Buffer.from('name')]);
    expect(telling(field(1, 2, name))).toMatchObject({ isTelling: true });
    expect(telling(field(1, 2, withLength(field(3, 2, name))))).toMatchObject({ isTelling: true });
    expect(telling(field(1, 0, [5]))).toMatchObject({ isTelling: false });
    expect(telling(field(100_000, 2, name))).toMatchObject({ isTelling: false });
  });

  it('names its limit of levels, for groups and for messages', () => {
    const groups = new Uint8Array(MAX_PROTOBUF_DEPTH + 2).fill(0x0b);
    expect(readProtobufWire(groups)).toMatchObject({
      problem: `Protobuf nested deeper than ${MAX_PROTOBUF_DEPTH} levels is not decoded.`,
      isLimit: true,
    });
    let message = [0x08, 0x01];
    for (let level = 0; level <= MAX_PROTOBUF_DEPTH; level++) message = field(1, 2, withLength(message));
    expect(readProtobufWire(Uint8Array.from(message))).toMatchObject({ isLimit: true });
  });

  it('names its limit of fields', () => {
    const bytes = new Uint8Array((MAX_PROTOBUF_FIELDS + 1) * 2).fill(0x08);
    expect(readProtobufWire(bytes)).toMatchObject({
      problem: `Protobuf of more than ${MAX_PROTOBUF_FIELDS} fields is not decoded.`,
      isLimit: true,
    });
  });

  type Written = readonly [number: number, value: unknown, bytes: number[]];

  const numbers = fc.integer({ min: 1, max: 500 });
  const { message: messages } = fc.letrec<{ message: Written[] }>((tie) => ({
    message: fc.uniqueArray(
      fc.oneof(
        { maxDepth: 3 },
        fc
          .tuple(numbers, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }))
          .map(([n, value]): Written => [n, value, field(n, 0, varint(value))]),
        fc
          .tuple(numbers, fc.stringMatching(/^[ -~]{1,20}$/))
          .map(([n, value]): Written => [n, value, field(n, 2, withLength([...Buffer.from(value)]))]),
        fc
          .tuple(numbers, tie('message'))
          .map(([n, inner]): Written => [
            n,
            inner,
            field(n, 2, withLength(inner.flatMap(([, , bytes]) => bytes))),
          ]),
      ),
      { selector: ([n]) => n, maxLength: 5 },
    ),
  }));

  it('finds every number and text that was written', () => {
    fc.assert(
      fc.property(messages, (fields) => {
        const json = text(Uint8Array.from(fields.flatMap(([, , written]) => written)));
        for (const [n, value] of fields) {
          if (typeof value === 'bigint') expect(json).toContain(`"${n}":${value}`);
          if (typeof value === 'string') expect(json).toContain(`"${n}":${JSON.stringify(value)}`);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never throws on random and changed bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 100 }),
          messages.map((fields) => Uint8Array.from(fields.flatMap(([, , written]) => written))),
        ),
        fc.nat(),
        fc.integer({ min: 0, max: 255 }),
        (written, at, byte) => {
          const bytes = Uint8Array.from(written);
          if (bytes.length > 0) bytes[at % bytes.length] = byte;
          const read = readProtobufWire(bytes);
          if ('text' in read) JSON.parse(read.text);
          else expect(read.at).toBeLessThanOrEqual(bytes.length);
        },
      ),
      { numRuns: 1500 },
    );
  });
});
