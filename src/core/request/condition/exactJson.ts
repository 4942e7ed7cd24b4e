// JSON that keeps the spelling of numbers that JavaScript would change. The tree is that of JSON.parse, except that
// such a number is a string that starts with MARK and `n`. A string that itself starts with MARK gets MARK and `s` in
// front.

const MARK = '\0';

/**
 * Numbers that JavaScript may write differently: more digits than every double keeps, an exponent, or zeros at an edge.
 */
const MAY_CHANGE = /\d[\d.]{15}|\d[eE]|\.\d*0(?!\d)|-0|0\.0{5}/;

/** An opaque tree; read it with the functions below. */
export type ExactJson = unknown;

/** Maximum nesting of JSON that conditions read: comparing and printing values recurses. */
export const MAX_JSON_DEPTH = 1000;

/** Whether the brackets of a JSON text nest deeper than MAX_JSON_DEPTH. */
export function isTooDeep(text: string): boolean {
  if (text.length <= 2 * MAX_JSON_DEPTH) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = stringEnd(text, at) - 1;
    // Counts [ and {, then ] and }: each pair differs in one bit.
    else if ((code | 0x20) === 0x7b) {
      if (++depth > MAX_JSON_DEPTH) return true;
    } else if ((code | 0x20) === 0x7d) depth--;
  }
  return false;
}

/**
 * @returns undefined if the text is not JSON
 * @throws RangeError if the text nests too deeply for the stack; call `isTooDeep` first
 */
export function parseExact(text: string): { readonly value: ExactJson; readonly plain: unknown } | undefined {
  try {
    const plain: unknown = JSON.parse(text);
    const needsMarks = MAY_CHANGE.test(text) || text.includes('"\\u0000');
    return { plain, value: needsMarks ? JSON.parse(marked(text)) : plain };
  } catch (error) {
    // Not JSON, so a JSONPath selects nothing in it.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export type JsonType = 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object';

export function typeOf(value: ExactJson): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'string') return value.startsWith(`${MARK}n`) ? 'number' : 'string';
  return typeof value as 'number' | 'boolean' | 'object';
}

/** The text of a string or the spelling of a number. */
export function spelling(value: ExactJson): string {
  const text = String(value);
  return text.startsWith(MARK) && typeof value === 'string' ? text.slice(2) : text;
}

/** Converts a string to a value of such a tree. */
export function exactString(text: string): ExactJson {
  return text.startsWith(MARK) ? `${MARK}s${text}` : text;
}

/** JSON on one line, numbers as they were written; cut after about `limit` characters. */
export function showJson(value: ExactJson, limit: number): string {
  switch (typeOf(value)) {
    case 'string':
      return JSON.stringify(cut(spelling(value), limit));
    case 'number':
      return cut(spelling(value), limit);
    case 'array':
      return `[${showEach(value as unknown[], limit, (each, rest) => showJson(each, rest))}]`;
    case 'object': {
      const members = Object.entries(value as object);
      return `{${showEach(members, limit, ([name, each], rest) => `${JSON.stringify(name)}: ${showJson(each, rest)}`)}}`;
    }
    default:
      return String(value);
  }
}

function showEach<T>(items: readonly T[], limit: number, show: (item: T, rest: number) => string): string {
  let text = '';
  for (const [index, item] of items.entries()) {
    if (index > 0) text += ', ';
    if (text.length >= limit) return `${text}…`;
    text += show(item, limit - text.length);
  }
  return text;
}

function cut(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, Math.max(0, limit))}…` : text;
}

/** Returns the text with numbers that would change as marked strings, and strings that start with MARK escaped. */
function marked(text: string): string {
  const parts: string[] = [];
  let done = 0;
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      const end = stringEnd(text, at);
      if (text.startsWith('\\u0000', at + 1) && !/^\s*:/.test(text.slice(end, end + 64))) {
        parts.push(text.slice(done, at + 1), '\\u0000s');
        done = at + 1;
      }
      at = end;
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      let end = at + 1;
      while (end < text.length && '0123456789.eE+-'.includes(text[end]!)) end++;
      const written = text.slice(at, end);
      if (String(Number(written)) !== written) {
        parts.push(text.slice(done, at), `"\\u0000n${written}"`);
        done = end;
      }
      at = end;
    } else at++;
  }
  parts.push(text.slice(done));
  return parts.join('');
}

/** The index after the closing quote, or the length of the text if there is none. */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; ;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}
