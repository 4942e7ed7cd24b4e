import type { Query, TextQuery } from '../../shared/queryProtocol.ts';
import { DIRECTIONS, KINDS, type Direction, type Kind } from '../../shared/timeline.ts';
import { excerpt } from '../text/excerpt.ts';
import { parseSize } from '../text/units.ts';

/** The filter, or one sentence that says what is wrong with its text. */
export type ParsedFilter = { readonly filter: Omit<Query, 'text'> } | { readonly problem: string };

/** Words that stand for kinds. */
const KIND_WORDS: ReadonlyMap<string, readonly Kind[]> = new Map<string, readonly Kind[]>([
  ...KINDS.map((kind): [string, Kind[]] => [kind, [kind]]),
  ['control', ['ping', 'pong', 'close']],
]);

const WORD = /size\s*(>=|<=|>|<|=)\s*([^\s,]*)|[^\s,]+/gi;

/**
 * Words between blanks or commas: `in`, `out`, `none`; kinds, and `control` for ping, pong and close; `size>1000`,
 * `size<=1KiB`. A row has one of the directions, one of the kinds, and satisfies all sizes.
 */
export function parseFilter(text: string): ParsedFilter {
  const directions: Direction[] = [];
  const kinds: Kind[] = [];
  let minSize = 0;
  let maxSize = Number.MAX_SAFE_INTEGER;
  for (const { 0: written, 1: operator, 2: amount = '', index } of text.matchAll(WORD)) {
    const word = written.toLowerCase();
    const direction = DIRECTIONS.find((name) => name === word);
    if (operator !== undefined) {
      const size = bytesOf(amount);
      if ('problem' in size) return { problem: `At character ${index + 1} of the filter: ${size.problem}` };
      if (operator.startsWith('>') || operator === '=')
        minSize = Math.max(minSize, size.value + (operator === '>' ? 1 : 0));
      if (operator.startsWith('<') || operator === '=')
        maxSize = Math.min(maxSize, size.value - (operator === '<' ? 1 : 0));
    } else if (direction !== undefined) directions.push(direction);
    else if (KIND_WORDS.has(word)) kinds.push(...KIND_WORDS.get(word)!);
    else
      return {
        problem: `${excerpt(written)} at character ${index + 1} of the filter is not known: ${WORDS}`,
      };
  }
  if (minSize > maxSize) return { problem: 'No message has a size that this filter asks for: change it.' };
  return {
    filter: {
      ...(directions.length > 0 && { directions }),
      ...(kinds.length > 0 && { kinds }),
      ...(minSize > 0 && { minSize }),
      ...(maxSize < Number.MAX_SAFE_INTEGER && { maxSize }),
    },
  };
}

const WORDS = `use ${[...DIRECTIONS, ...KIND_WORDS.keys()].join(', ')}, or a size as in size>1000 or size<=1KiB.`;

/** In a comparison, a number without a unit is in bytes. */
function bytesOf(text: string): ReturnType<typeof parseSize> {
  return parseSize(/^\d+$/.test(text) ? `${text}B` : text);
}

/** The search, or one sentence that says what is wrong with its text. */
export type ParsedSearch = { readonly text: TextQuery } | { readonly problem: string };

/** Supported flags, and those whose effect a search always has. */
const KNOWN_FLAGS = /^[giu]*$/;

/**
 * `/regex/flags`, a JSONPath that begins with `$.` or `$[`, else plain text. A backslash before the first `/` or `$`
 * makes plain text of it.
 * @param caseSensitive unless the flag `i` says otherwise
 */
export function parseSearch(text: string, caseSensitive = true): ParsedSearch {
  if (/^\$[.[]/.test(text)) return { text: { pattern: text, mode: 'jsonpath', caseSensitive: true } };
  const regex = /^\/(.+)\/([dgimsuvy]*)$/s.exec(text);
  if (regex === null)
    return { text: { pattern: text.replace(/^\\(?=[/$])/, ''), mode: 'plain', caseSensitive } };
  const [, pattern = '', flags = ''] = regex;
  if (!KNOWN_FLAGS.test(flags))
    return {
      problem: `A regular expression is given as /…/ or /…/i here, not with the flags ${flags}; for this text itself write \\${text}.`,
    };
  return { text: { pattern, mode: 'regex', caseSensitive: caseSensitive && !flags.includes('i') } };
}
