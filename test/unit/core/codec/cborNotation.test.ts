import { readFileSync } from 'node:fs';
import { decode, encode } from 'cbor2';
import { diagnose } from 'cbor2/diagnostic';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_CBOR_DEPTH, readCbor } from '../../../../src/core/codec/cbor.ts';
import { writeCborNotation } from '../../../../src/core/codec/cborNotation.ts';

interface Fixture {
  readonly vectors: readonly (readonly [hex: string, notation: string])[];
}

const { vectors } = JSON.parse(
  readFileSync(new URL('../../../fixtures/cborVectors.json', import.meta.url), 'utf8'),
) as Fixture;

const written = (notation: string): unknown => {
  const bytes = writeCborNotation(notation);
  return bytes instanceof Uint8Array ? Buffer.from(bytes).toString('hex') : bytes;
};

/** Of floats, the appendix writes one notation for all widths. */
const WIDE_FLOAT = /^f[ab]7f[8c]|^f[ab]ff8|^fb7ff|^fbfff/;

describe('writeCborNotation', () => {
  it.each(vectors.filter(([hex]) => !WIDE_FLOAT.test(hex)))('writes %s from %s', (hex, notation) => {
    expect(written(notation)).toBe(hex);
  });

  it.each([
    ['NaN_2', 'fa7fc00000'],
    ['-Infinity_3', 'fbfff0000000000000'],
    ['Infinity_1', 'f97c00'],
    ['1_3', '1b0000000000000001'],
    ['-1_0', '3800'],
    ['1.0', 'f93c00'],
    ['-0', 'f98000'],
    ['1e2', 'f95640'],
    ['1.5_3', 'fb3ff8000000000000'],
    ["b64'AQI='", '420102'],
    ["h'01 0\n2'", '420102'],
    ['/ a comment / [1, / another / 2]', '820102'],
    ['18446744073709551616', 'c249010000000000000000'],
    ['-18446744073709551617', 'c349010000000000000000'],
    ['"\\u00fc\\n"', '63c3bc0a'],
    ['{"a": {1: h\'\'}}', 'a16161a10140'],
    ['24_1("x")', 'd900186178'],
  ])('writes %s as %s', (notation, hex) => {
    expect(written(notation)).toBe(hex);
  });

  it.each([
    ['', 'a value', 0],
    ['[1, 2', '“,”', 5],
    ['[1 2]', '“,”', 3],
    ['{"a" 1}', '“:”', 5],
    ['[1,]', 'a value', 3],
    ['1 2', 'the end', 2],
    ['nulls', 'a value', 0],
    ['01', 'the end', 1],
    ["h'0'", 'a value', 0],
    ["b64'A'", 'base64', 6],
    ['256_0', 'a number that 1 bytes hold', 0],
    ['0.1_1', 'a number that two bytes hold', 5],
    ['-1(0)', 'a tag from 0 to 2^64 - 1', 0],
    ['simple(24)', 'a simple value of 0 to 23 or 32 to 255', 10],
    ['(_ h\'01\', "a")', 'a string of the same kind', 10],
  ])('reports the problem of %s', (notation, expected, at) => {
    expect(writeCborNotation(notation)).toEqual({ expected, at });
  });

  it('names its limit of levels', () => {
    const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    expect(writeCborNotation(nested(MAX_CBOR_DEPTH))).toBeInstanceOf(Uint8Array);
    expect(writeCborNotation(nested(100_000))).toMatchObject({
      expected: `at most ${MAX_CBOR_DEPTH} levels`,
    });
  });

  const values = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.double(),
      fc.integer(),
      fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
      fc.boolean(),
      fc.constant(null),
      fc.constant(undefined),
      fc.string({ unit: 'grapheme' }),
      fc.uint8Array({ maxLength: 40 }),
      fc.array(tie('value'), { maxLength: 6 }),
      fc.array(fc.tuple(fc.integer(), tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
    ),
  })).value;

  it('encodes the notation that is shown for CBOR', () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = encode(value);
        const read = readCbor(bytes);
        const again = writeCborNotation('text' in read ? read.text : read.problem);
        expect(again instanceof Uint8Array && diagnose(again)).toBe(diagnose(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it('writes JSON as the library does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const bytes = writeCborNotation(JSON.stringify(value));
        // Beyond 2^53 a whole number stays one, and is a bigint when it is read.
        const plain = (_: string, read: unknown) => (typeof read === 'bigint' ? Number(read) : read);
        expect(JSON.stringify(decode(bytes as Uint8Array), plain)).toBe(
          JSON.stringify(decode(encode(value)), plain),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('never throws for a changed notation', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...vectors.map(([, notation]) => notation)),
        fc.nat(),
        fc.string({ maxLength: 3 }),
        (notation, at, put) => {
          const index = at % (notation.length + 1);
          const changed = notation.slice(0, index) + put + notation.slice(index + 1);
          const bytes = writeCborNotation(changed);
          if (!(bytes instanceof Uint8Array)) expect(bytes.at).toBeLessThanOrEqual(changed.length);
          else expect('text' in readCbor(bytes)).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
