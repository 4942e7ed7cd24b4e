import { excerpt } from '../../text/excerpt.ts';
import type { Converted } from './stepMessage.ts';
import type { TemplatePart } from '../syntax/template.ts';

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['e', '\x1b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
  ['"', '"'],
  ["'", "'"],
  ['/', '/'],
]);

/**
 * Resolves the escapes of a payload with `@escape` in its literal text, not in the values of variables.
 * @returns the parts, or one sentence that names the first invalid escape
 */
export function unescapeParts(parts: readonly TemplatePart[]): Converted {
  const done: TemplatePart[] = [];
  for (const part of parts) {
    const text = typeof part === 'string' ? unescapeText(part) : part;
    if (typeof text === 'object' && 'problem' in text) return text;
    done.push(text);
  }
  return { parts: done };
}

function unescapeText(text: string): string | { readonly problem: string } {
  if (!text.includes('\\')) return text;
  let problem: string | undefined;
  const unescaped = text.replace(
    /\\(?:x([\da-f]{2})|u([\da-f]{4})|u\{([\da-f]{1,6})\}|([^]|$))/gi,
    (whole, hex?: string, unit?: string, point?: string, simple?: string) => {
      const code = Number.parseInt(hex ?? unit ?? point ?? '', 16);
      if (code <= 0x10ffff) return unit ? String.fromCharCode(code) : String.fromCodePoint(code);
      const character = SIMPLE.get(simple ?? '');
      if (character === undefined)
        problem ??= `${excerpt(whole)} is not an escape: use \\n, \\r, \\t, \\0, \\x1e, \\u2028, \\u{1f4cf} or \\\\ for a backslash.`;
      return character ?? '';
    },
  );
  return problem === undefined ? unescaped : { problem };
}
