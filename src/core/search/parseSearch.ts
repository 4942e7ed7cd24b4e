import type { TextQuery } from '../../shared/queryProtocol.ts';

/** What a search box or `--search` was given, or one sentence that says what is wrong with it. */
export type ParsedSearch = { readonly text: TextQuery } | { readonly problem: string };

/** Flags that mean something here, or what is done anyway. */
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
