import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_CBOR_DEPTH, MAX_CBOR_ITEMS, readCbor, readCborValue } from '../../../../src/core/codec/cbor.ts';

interface Fixture {
  readonly vectors: readonly (readonly [hex: string, notation: string])[];
  readonly malformed: readonly (readonly [kind: string, hex: readonly string[]])[];
}

const { vectors, malformed } = JSON.parse(
  readFileSync(new URL('../../../fixtures/cborVectors.json', import.meta.url), 'utf8'),
) as Fixture;

const hex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits, 'hex'));

const problem = (bytes: Uint8Array) => {
  const read = readCbor(bytes);
  return 'problem' in read ? read : undefined;
};

/**
 * The notation without what the library writes besides the appendix: the indicator of a width that is not the shortest
 * (section 8.1), as in NaN_2. It spells 1.0e+300 as JavaScript does.
 */
function plain(read: ReturnType<typeof readCbor>): string | undefined {
  return 'text' in read
    ? read.text.replace(/^(NaN|-?Infinity)_\d$/, '$1').replace('1e+300', '1.0e+300')
    : undefined;
}

describe('readCbor', () => {
  it.each(vectors)('%s is %s', (digits, notation) => {
    expect(plain(readCbor(hex(digits)))).toBe(notation);
  });

  it('has every row of the appendix', () => {
    expect(new Set(vectors.map(([digits]) => digits)).size).toBe(81);
    expect(malformed.flatMap(([, each]) => each)).toHaveLength(94);
  });

  it.each(malformed)('reads nothing if %s', (_, each) => {
    for (const digits of each) {
      const bytes = hex(digits);
      for (const read of [readCbor(bytes), readCborValue(bytes)]) {
        expect('problem' in read && read.problem, digits).toMatch(/^Not CBOR: [^.]+(?:\. [^.]+)?\.$/);
        expect('at' in read && read.at).toBeLessThanOrEqual(bytes.length);
      }
    }
  });

  it('counts only containers with text as telling', () => {
    expect(readCbor(hex('a1626964182a'))).toEqual({ text: '{"id": 42}', isTelling: true });
    expect(readCbor(hex('83010203'))).toMatchObject({ isTelling: false });
    expect(readCbor(hex('6449455446'))).toMatchObject({ isTelling: false });
  });

  it.each([
    ['', 'Not CBOR: it ends too early, at byte 0.', 0],
    ['1903', 'Not CBOR: it ends too early, at byte 2.', 2],
    ['8301', 'Not CBOR: the 3 items at byte 0 are more than there are.', 0],
    [
      '7b7fffffffffffffff61',
      'Not CBOR: the 9223372036854776000 bytes from byte 9 on are more than there are.',
      0,
    ],
    ['9bffffffffffffffff', 'Not CBOR: the 18446744073709552000 items at byte 0 are more than there are.', 0],
    ['0102', 'Not CBOR: its item ends at byte 1.', 1],
    ['ff', 'Not CBOR: a break at byte 0 ends nothing.', 0],
    ['82ff01', 'Not CBOR: a break at byte 1 ends nothing.', 1],
    ['1c', 'Not CBOR: the head at byte 0 is reserved.', 0],
    ['9f01', 'Not CBOR: it ends too early, at byte 2.', 2],
  ])('names what is wrong with %s', (digits, sentence, at) => {
    expect(readCbor(hex(digits))).toEqual({ problem: sentence, at });
  });

  it.each([
    ['arrays', [0x81]],
    ['maps', [0xa1, 0x00]],
    ['tags', [0xc1]],
    ['arrays without a length', [0x9f]],
  ])('names its limit of levels for %s', (_, head) => {
    const bytes = Uint8Array.from({ length: 200_000 }, (__, index) => head[index % head.length]!);
    expect(problem(bytes)?.problem).toBe(`CBOR nested deeper than ${MAX_CBOR_DEPTH} levels is not decoded.`);
  });

  it('reads levels up to its limit', () => {
    const bytes = new Uint8Array(MAX_CBOR_DEPTH + 1).fill(0x81);
    bytes[MAX_CBOR_DEPTH] = 0;
    expect(problem(bytes)).toBeUndefined();
  });

  it('names its limit of items', () => {
    const bytes = new Uint8Array(MAX_CBOR_ITEMS + 6);
    bytes[0] = 0x9a;
    new DataView(bytes.buffer).setUint32(1, MAX_CBOR_ITEMS + 1);
    expect(problem(bytes)?.problem).toBe(`CBOR of more than ${MAX_CBOR_ITEMS} items is not decoded.`);
  });

  it('never throws for vectors with changed or missing bytes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...vectors),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
        fc.nat({ max: 4 }),
        ([digits], changes, cut) => {
          const bytes = hex(digits);
          for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
          const read = readCbor(bytes.subarray(0, Math.max(0, bytes.length - cut)));
          expect('text' in read ? read.text : read.problem).not.toBe('');
        },
      ),
      { numRuns: 2000 },
    );
  });
});

// Tags 28 and 29 (cbor.schmorp.de/value-sharing): a value that is shared, and a reference to it by its number.
describe('shared values', () => {
  const shared = (...items: string[]) => hex(items.join(''));

  it.each([
    ['two references to a value', shared('82', 'd81c', '8101', 'd81d00'), '[28([1]), 29(0)]'],
    ['a value within itself', shared('d81c', '81', 'd81d00'), '28([29(0)])'],
    ['a map within itself', shared('d81c', 'a16161', 'd81d00'), '28({"a": 29(0)})'],
    [
      'two values in each other',
      shared('d81c', '81', 'd81c', '82', 'd81d00', 'd81d01'),
      '28([28([29(0), 29(1)])])',
    ],
    ['a reference to nothing', shared('d81d1864'), '29(100)'],
  ])('are not joined: %s', (_, bytes, notation) => {
    expect(readCbor(bytes)).toMatchObject({ text: notation });
    const read = readCborValue(bytes);
    // A cycle would not end here.
    expect('value' in read && JSON.stringify(read.value)).toContain('29');
  });

  it('count as levels', () => {
    const nested = hex('d81c81'.repeat(MAX_CBOR_DEPTH));
    for (const read of [readCbor(nested), readCborValue(nested)])
      expect(read).toMatchObject({
        problem: `CBOR nested deeper than ${MAX_CBOR_DEPTH} levels is not decoded.`,
        isLimit: true,
      });
  });

  it('do not multiply: each reference stays one item', () => {
    // A list of ten references to a list of ten references to …: 10^9 items, if they were joined.
    const level = (below: string) => `d81c8a${below}${'d81d00'.repeat(9)}`;
    const bytes = hex(Array.from({ length: 9 }).reduce<string>((below) => level(below), 'd81c80'));
    const read = readCbor(bytes);
    expect('text' in read && read.text.match(/29\(0\)/g)).toHaveLength(81);
  });
});

describe('readCborValue', () => {
  const value = (digits: string) => readCborValue(hex(digits));

  it('makes texts of keys that are one value each', () => {
    expect(value('a4 01 01 6161 02 1bffffffffffffffff 03 f5 04'.replaceAll(' ', ''))).toEqual({
      value: { 1: 1, a: 2, '18446744073709551615': 3, true: 4 },
    });
    const own = value('a1695f5f70726f746f5f5f01');
    expect(Object.keys(('value' in own && own.value) as object)).toEqual(['__proto__']);
  });

  it.each([
    ['an array', 'a1820102f6'],
    ['a map', 'a1a10102f6'],
    ['bytes', 'a1410100'],
    ['a tag', 'a1c10000'],
    ['an object that answers as text', 'a1a168746f537472696e670100'],
  ])('refuses %s as a key', (_, digits) => {
    expect(value(digits)).toEqual({
      problem: 'Not CBOR: a key of a map is neither text nor a number.',
      at: 0,
    });
    expect(readCbor(hex(digits))).toHaveProperty('text');
  });

  it('never throws, and reads what the notation reads', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 60 }),
          fc.constantFrom(...vectors).map(([digits]) => hex(digits)),
        ),
        fc.nat(),
        fc.integer({ min: 0, max: 255 }),
        (given, at, byte) => {
          const bytes = Uint8Array.from(given);
          if (bytes.length > 0) bytes[at % bytes.length] = byte;
          const [read, text] = [readCborValue(bytes), readCbor(bytes)];
          if ('problem' in read) expect(read.problem).toMatch(/^(?:Not CBOR: |CBOR ).*\.$/s);
          else expect(text).toHaveProperty('text');
        },
      ),
      { numRuns: 1500 },
    );
  });
});
