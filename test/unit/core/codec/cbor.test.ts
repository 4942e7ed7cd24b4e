import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_CBOR_DEPTH, MAX_CBOR_ITEMS, readCbor } from '../../../../src/core/codec/cbor.ts';

interface Fixture {
  readonly vectors: readonly (readonly [hex: string, notation: string])[];
}

const { vectors } = JSON.parse(
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
