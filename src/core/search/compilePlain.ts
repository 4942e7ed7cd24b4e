import type { Mark } from '../../shared/queryProtocol.ts';
import { regexRanges } from './compileRegex.ts';
import { foldAscii } from './foldAscii.ts';
import type { TextMatcher } from './textMatcher.ts';

/** The two characters beyond ASCII that are ASCII letters in another case: long s and the kelvin sign. */
const STRAY_CASES: readonly (readonly [letter: RegExp, other: string])[] = [
  [/s/i, '\u017f'],
  [/k/i, '\u212a'],
];

const encoder = new TextEncoder();

/**
 * Text as it stands. With its case it is looked for as UTF-8 bytes; without, letters are equal that Unicode's
 * simple case folding makes equal, as for a regular expression with the flags `iu`.
 */
export function compilePlain(pattern: string, caseSensitive: boolean): TextMatcher {
  return caseSensitive ? withCase(pattern) : withoutCase(pattern);
}

function withCase(pattern: string): TextMatcher {
  return {
    kinds: undefined,
    proofs: [encoder.encode(pattern)],
    hints: [],
    fold: false,
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
  const folded = encoder.encode(run);
  foldAscii(folded, folded);
  const strays = STRAY_CASES.filter(([letter]) => letter.test(run)).map(([, other]) => encoder.encode(other));
  const isWhole = run === pattern;
  return {
    kinds: undefined,
    proofs: isWhole ? [folded] : [],
    hints: isWhole ? strays : run === '' ? undefined : [folded, ...strays],
    fold: true,
    subject: (text) => text,
    test: (text) => regex.test(text as string),
    ranges: regexRanges(regex),
  };
}
