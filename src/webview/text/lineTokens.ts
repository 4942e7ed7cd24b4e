import type { FormattedDocument } from '../../shared/formatProtocol.ts';
import { visibleParts } from '../../core/format/visible.ts';

export type TokenKind = 'name' | 'string' | 'number' | 'word' | 'plain' | 'replaced';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

/** A string with the colon after a name, a number, or a literal. A string may be unterminated, because long lines are cut. */
const TOKEN = /("(?:[^"\\]|\\.)*"?)(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/gu;

/** One line of a view as coloured tokens. Invisible characters are replaced by visible signs. */
export function lineTokens(line: string, language: FormattedDocument['language']): Token[] {
  const tokens = languageTokens(line, language);
  return tokens.flatMap(({ kind, text }) =>
    visibleParts(text).map((part) => ({ kind: part.replaced ? 'replaced' : kind, text: part.text })),
  );
}

/** One line of a view as coloured tokens, with invisible characters unchanged. */
export function languageTokens(line: string, language: FormattedDocument['language']): Token[] {
  if (language === 'json') return jsonTokens(line);
  return language === 'xml' ? xmlTokens(line) : [{ kind: 'plain', text: line }];
}

/** A comment or a CDATA section, the start of a tag with its name, the end of a tag, or the name and value of an attribute. */
const XML_TOKEN =
  /<!--.*?(?:-->|$)|<!\[CDATA\[.*?(?:\]\]>|$)|(<[/?!]?)([\p{L}_:][\p{L}\p{N}_:.-]*)|([\p{L}_:][\p{L}\p{N}_:.-]*)(\s*=\s*)("[^"]*"?|'[^']*'?)/gu;

/** Each line is read on its own, so a tag or a comment of several lines is coloured only in part. */
function xmlTokens(line: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  const add = (kind: TokenKind, text: string | undefined): void => {
    if (text) tokens.push({ kind, text });
  };
  for (const match of line.matchAll(XML_TOKEN)) {
    const [whole, bracket, tag, attribute, equals, value] = match;
    add('plain', line.slice(end, match.index));
    end = match.index + whole.length;
    if (tag === undefined && attribute === undefined) add('plain', whole);
    add('plain', bracket);
    add('word', tag);
    add('name', attribute);
    add('plain', equals);
    add('string', value);
  }
  add('plain', line.slice(end));
  return tokens;
}

/** Each line is read on its own, so the colours after a cut string are a guess. */
function jsonTokens(line: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  const plain = (upTo: number): void => {
    if (upTo > end) tokens.push({ kind: 'plain', text: line.slice(end, upTo) });
  };
  for (const match of line.matchAll(TOKEN)) {
    const [whole, string, colon, number] = match;
    plain(match.index);
    end = match.index + whole.length;
    if (string !== undefined) {
      tokens.push({ kind: colon === undefined ? 'string' : 'name', text: string });
      if (colon !== undefined) tokens.push({ kind: 'plain', text: colon });
    } else {
      tokens.push({ kind: number === undefined ? 'word' : 'number', text: whole });
    }
  }
  plain(line.length);
  return tokens;
}
