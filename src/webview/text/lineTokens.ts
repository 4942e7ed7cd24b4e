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
  const tokens: Token[] = language === 'json' ? jsonTokens(line) : [{ kind: 'plain', text: line }];
  return tokens.flatMap(({ kind, text }) =>
    visibleParts(text).map((part) => ({ kind: part.replaced ? 'replaced' : kind, text: part.text })),
  );
}

/** Each line is read on its own, so the colours after a cut string are a guess. */
export function jsonTokens(line: string): Token[] {
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
