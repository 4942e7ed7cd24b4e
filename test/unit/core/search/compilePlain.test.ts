import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePlain, lowerAscii } from '../../../../src/core/search/compilePlain.ts';
import type { TextMatcher } from '../../../../src/core/search/textMatcher.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function holds(haystack: Uint8Array, needle: Uint8Array): boolean {
  return haystack.some((_, at) => needle.every((byte, i) => haystack[at + i] === byte));
}

/** Whether a row with this text is found, as a scan decides it. */
function finds(matcher: TextMatcher, text: string): boolean {
  const row = bytes(text);
  if (matcher.ignoresCase) lowerAscii(row, row);
  if (matcher.proofs.some((proof) => holds(row, proof))) return true;
  if (matcher.hints && !matcher.hints.some((hint) => holds(row, hint))) return false;
  return matcher.test(matcher.subject(text));
}

/** Texts of few characters, so that they meet: with letters whose other case lies beyond ASCII. */
const texts = fc.string({
  unit: fc.constantFrom(...'aAkKsSß1é', '\u212a', '\u017f', 'É', '😀', '.'),
  maxLength: 8,
});
const patterns = texts.filter((text) => text !== '');

describe('case-insensitive plain text', () => {
  it('has the same hits as a regular expression with the flags iu', () => {
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => {
        const expected = new RegExp(pattern.replaceAll('.', '\\.'), 'iu').test(text);
        expect(finds(compilePlain(pattern, false), text)).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });

  it('is searched in bytes only if all its letters are ASCII', () => {
    const needles = (pattern: string): unknown[] => {
      const { ignoresCase: fold, proofs, hints } = compilePlain(pattern, false);
      return [fold, proofs, hints];
    };
    expect(needles('Meta')).toEqual([true, [bytes('meta')], []]);
    expect(needles('Risk')).toEqual([true, [bytes('risk')], [bytes('\u017f'), bytes('\u212a')]]);
    expect(needles('é Ünlike é')).toEqual([true, [], [bytes('nlike '), bytes('\u212a')]]);
    expect(needles('é')).toEqual([true, [], undefined]);
  });

  it('has no special characters', () => {
    const pattern = 'é[(a)]{1}^$|.*+?\\/';
    expect(finds(compilePlain(pattern, false), `--${pattern.toUpperCase()}--`)).toBe(true);
    expect(finds(compilePlain('é.', false), 'Éa')).toBe(false);
  });
});

describe('case-sensitive plain text', () => {
  it('has the hits of a search in the text', () => {
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => {
        expect(finds(compilePlain(pattern, true), text)).toBe(text.includes(pattern));
      }),
      { numRuns: 3000 },
    );
  });

  it('is searched in bytes only', () => {
    expect(compilePlain('é', true)).toMatchObject({ proofs: [bytes('é')], hints: [], ignoresCase: false });
  });
});

describe('the ranges of a plain search', () => {
  it.each([
    [
      'ab',
      true,
      'abcab',
      [
        [0, 2],
        [3, 5],
      ],
    ],
    [
      'aa',
      true,
      'aaaaa',
      [
        [0, 2],
        [2, 4],
      ],
    ],
    [
      'AB',
      false,
      'xabAb',
      [
        [1, 3],
        [3, 5],
      ],
    ],
    ['x', true, 'abc', []],
  ])('locate %j (case sensitive: %j) in %j at %j', (pattern, caseSensitive, text, expected) => {
    expect(compilePlain(pattern, caseSensitive).ranges(text)).toEqual(expected);
  });
});

describe('lowerAscii', () => {
  const naive = (bytes: Uint8Array): number[] =>
    [...bytes].map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte));

  it('lowers A to Z and leaves every other byte', () => {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const folded = new Uint8Array(256);
    lowerAscii(all, folded);
    expect([...folded]).toEqual(naive(all));
    expect([...folded].filter((byte, at) => byte !== at).length).toBe(26);
  });

  it('works for bytes at any alignment, also in place', () => {
    const memory = fc.uint8Array({ minLength: 8, maxLength: 40 });
    fc.assert(
      fc.property(memory, fc.nat(7), fc.nat(7), (bytes, from, to) => {
        const source = bytes.subarray(from);
        const expected = naive(source);
        const target = new Uint8Array(to + source.length).subarray(to);
        lowerAscii(source, target);
        expect([...target]).toEqual(expected);
        lowerAscii(source, source);
        expect([...source]).toEqual(expected);
      }),
    );
  });
});
