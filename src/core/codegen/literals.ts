/** Writes a string without lone surrogates as a literal of a language. Every character is safe there. */
export type Quote = (text: string) => string;

/** ECMA-262, section 12.9.4. `<` is escaped, so that the literal is safe within an HTML script element, too. */
export const quoteJavaScript: Quote = (text) =>
  JSON.stringify(text).replace(
    /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|<(?=[!/s])/gi,
    escapeUnit,
  );

/** The Java Language Specification, section 3.10.5: ASCII only, so that no file encoding changes it. */
export const quoteJava: Quote = (text) => inAscii(text, escapeUnit);

/** The C# specification, section 6.4.5.6. `\x` takes a varying number of digits, so `\u` is the only escape. */
export const quoteCsharp: Quote = (text) => inAscii(text, escapeUnit);

/** The Go specification, "String literals". */
export const quoteGo: Quote = (text) => inAscii(text, escapePoint);

/** The Python language reference, section 2.4.1. */
export const quotePython: Quote = (text) => inAscii(text, escapePoint);

const NAMED: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '"': '\\"',
  '\\': '\\\\',
};

function inAscii(text: string, escape: (character: string) => string): string {
  const escaped = text.replace(
    /[^\x20\x21\x23-\x5b\x5d-\x7e]/gu,
    (character) => NAMED[character] ?? escape(character),
  );
  return `"${escaped}"`;
}

/** UTF-16 code units, each as `\uXXXX`. */
function escapeUnit(character: string): string {
  return Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at), 4)}`).join(
    '',
  );
}

/** A code point as `\uXXXX` or `\UXXXXXXXX`. */
function escapePoint(character: string): string {
  const point = character.codePointAt(0)!;
  return point > 0xffff ? `\\U${hex(point, 8)}` : `\\u${hex(point, 4)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/**
 * The text of a line comment. Line separators of any language and other invisible characters become spaces. A
 * backslash, which starts a Unicode escape even in a comment of Java, becomes a slash. A blank breaks what would end or
 * change an HTML script element.
 */
export function commentText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll('\\', '/')
    .replace(/<(?=[!/s])/gi, '< ')
    .trim();
}

export function base64Of(data: Uint8Array): string {
  let binary = '';
  for (const byte of data) binary += String.fromCharCode(byte);
  return btoa(binary);
}
