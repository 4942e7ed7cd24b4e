import { DuplexError } from '../../shared/errors.ts';
import type { Mark } from '../../shared/queryProtocol.ts';
import { regexProblem } from './regexProblem.ts';
import type { TextMatcher } from './textMatcher.ts';

/** A JavaScript regular expression, with the flag `u` if the pattern is valid with it, else without. */
export function compileRegex(pattern: string, caseSensitive: boolean): TextMatcher {
  const flags = caseSensitive ? '' : 'i';
  const regex = tryRegex(pattern, `${flags}u`) ?? tryRegex(pattern, flags);
  if (regex === undefined) throw new DuplexError('call.invalid', regexProblem(pattern));
  return {
    kinds: undefined,
    proofs: [],
    hints: undefined,
    ignoresCase: false,
    subject: (text) => text,
    test: (text) => regex.test(text as string),
    ranges: regexRanges(regex),
  };
}

function tryRegex(pattern: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(pattern, flags);
  } catch {
    // The caller reports the problem if both attempts fail.
    return undefined;
  }
}

/** @returns finds all matches in a text; empty matches are left out */
export function regexRanges({ source, flags }: RegExp): (text: string) => Mark[] {
  const all = new RegExp(source, `${flags}g`);
  return (text) => {
    const marks: Mark[] = [];
    for (const { 0: match, index } of text.matchAll(all))
      if (match !== '') marks.push([index, index + match.length]);
    return marks;
  };
}
