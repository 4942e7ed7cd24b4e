import type { Mark } from '../../shared/queryProtocol.ts';
import { regexRanges } from './compileRegex.ts';
import type { TextMatcher } from './textMatcher.ts';

/** The two characters beyond ASCII that fold to ASCII letters: long s and the kelvin sign. */
const STRAY_CASES: readonly (readonly [letter: RegExp, other: string])[] = [
  [/s/i, '\u017f'],
  [/k/i, '\u212a'],
];

const encoder = new TextEncoder();

/**
 * Plain text. Case-sensitive, it is searched as UTF-8 bytes. Otherwise letters are equal under Unicode's simple case
 * folding, as in a regular expression with the flags `iu`.
 */
export function compilePlain(pattern: string, caseSensitive: boolean): TextMatcher {
  return caseSensitive ? withCase(pattern) : withoutCase(pattern);
}

function withCase(pattern: string): TextMatcher {
  return {
    kinds: undefined,
    proofs: [encoder.encode(pattern)],
    hints: [],
    ignoresCase: false,
    subject: (text) => text,
    test: (text) => (text as string).includes(pattern),
    ranges(text) {
      const marks: Mark[] = [];
      for (let at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + pattern.length))
        marks.push([at, at + pattern.length]);
      return marks;
    },
  };
}

function withoutCase(pattern: string): TextMatcher {
  const literal = pattern.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const regex = new RegExp(literal, 'iu');
  const runs = pattern.match(/[\u0000-\u007f]+/g) ?? [];
  const run = runs.reduce((longest, each) => (each.length > longest.length ? each : longest), '');
  const lowered = encoder.encode(run);
  lowerAscii(lowered, lowered);
  const strays = STRAY_CASES.filter(([letter]) => letter.test(run)).map(([, other]) => encoder.encode(other));
  const isWhole = run === pattern;
  return {
    kinds: undefined,
    proofs: isWhole ? [lowered] : [],
    hints: isWhole ? strays : run === '' ? undefined : [lowered, ...strays],
    ignoresCase: true,
    subject: (text) => text,
    test: (text) => regex.test(text as string),
    ranges: regexRanges(regex),
  };
}

const WORD_BYTES = 4;

/** A 32-bit word of four times the same byte. */
const each = (byte: number): number => Math.imul(byte, 0x01010101);

const LOW_BITS = each(0x7f);
const HIGH_BITS = each(0x80);
/**
 * Added to a byte's lower seven bits, the first sets the eighth bit for A and above, the second for characters above Z.
 */
const FROM_A = each(0x80 - 0x41);
const BEHIND_Z = each(0x80 - 0x5b);

/** Copies bytes and turns A to Z into a to z. All other bytes stay, also those of longer UTF-8 sequences. */
export function lowerAscii(source: Uint8Array, target: Uint8Array): void {
  const done = lowerWords(source, target);
  for (let i = done; i < source.length; i++) {
    const byte = source[i]!;
    target[i] = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
  }
}

/**
 * Does the same four bytes at a time, at three times the rate.
 * @returns bytes done; 0 if the memory is not aligned
 */
function lowerWords(source: Uint8Array, target: Uint8Array): number {
  if ((source.byteOffset | target.byteOffset) % WORD_BYTES !== 0) return 0;
  const words = Math.floor(source.length / WORD_BYTES);
  const from = new Int32Array(source.buffer, source.byteOffset, words);
  const to = new Int32Array(target.buffer, target.byteOffset, words);
  for (let i = 0; i < words; i++) {
    const word = from[i]!;
    const low = word & LOW_BITS;
    const isUpper = ((low + FROM_A) ^ (low + BEHIND_Z)) & ~word & HIGH_BITS;
    // ASCII letters of different case differ in bit 0x20.
    to[i] = word | (isUpper >>> 2);
  }
  return words * WORD_BYTES;
}
