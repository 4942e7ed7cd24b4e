import { MASK } from './mask.ts';

/**
 * Masks every secret in a text, in each form in which servers and tools repeat it: literally, escaped in JSON or HTML,
 * percent-encoded, in hexadecimal, in base64 and base64url, and in mixtures of these.
 */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  const pattern = patternOf(secrets);
  return pattern ? text.replace(pattern, MASK) : text;
}

/**
 * Masks every secret in bytes in hexadecimal. The number of bytes is kept: each byte of a secret becomes an
 * asterisk.
 */
export function maskHex(hex: string, secrets: readonly string[]): string {
  const pattern = patternOf(secrets);
  if (!pattern) return hex;
  const bytes = (hex.match(/../g) ?? []).map((pair) => String.fromCharCode(Number.parseInt(pair, 16)));
  const masked = bytes.join('').replace(pattern, (found) => '*'.repeat(found.length));
  return Array.from(masked, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}

/** Masks every text in a value, such as a result or a detail. */
export function maskDeep<T>(value: T, secrets: readonly string[]): T {
  return patternOf(secrets) ? (maskedDeep(value, (text) => maskSecrets(text, secrets)) as T) : value;
}

/** A copy of a value with `mask` applied to every text except keys. */
export function maskedDeep(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((item) => maskedDeep(item, mask));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskedDeep(item, mask)]));
}

/** The UTF-8 bytes of a text as a string with one character per byte. */
export function utf8AsLatin1(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}

/** Cached patterns of the most recent sets of secrets. Patterns are large, and one set masks many texts. */
const patterns = new Map<string, RegExp | undefined>();
const KEPT_PATTERNS = 32;

function patternOf(secrets: readonly string[]): RegExp | undefined {
  if (secrets.length === 0) return undefined;
  const key = JSON.stringify(secrets);
  if (patterns.has(key)) return patterns.get(key);
  // The longest first, because one may be part of another.
  const wanted = [...new Set(secrets)].filter((secret) => secret !== '' && secret !== MASK);
  const sources = wanted.sort((a, b) => b.length - a.length).flatMap(sourcesOf);
  const pattern = sources.length === 0 ? undefined : new RegExp([...new Set(sources)].join('|'), 'g');
  const [oldest] = patterns.keys();
  if (patterns.size >= KEPT_PATTERNS && oldest !== undefined) patterns.delete(oldest);
  patterns.set(key, pattern);
  return pattern;
}

/** Secrets up to this length are also searched with escaped letters: few tools escape letters. */
const FULLY_ESCAPED = 512;

/** Parts of a larger encoded text are found from this many bytes on; shorter parts would match by chance. */
const SHORTEST_PART = 6;

function sourcesOf(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  const latin1 = utf8AsLatin1(secret);
  return [
    escapedSource(secret),
    ...(latin1 === secret ? [] : [escapedSource(latin1)]),
    ...base64Sources(latin1),
    ...(bytes.length < SHORTEST_PART ? [] : [hex.map(anyCase).join('')]),
  ];
}

/** Entities that HTML and XML use for escaping. */
const ENTITIES: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
};

/** Control characters that JSON escapes with a letter. */
const JSON_ESCAPES: Readonly<Record<string, string>> = {
  '\n': 'n',
  '\r': 'r',
  '\t': 't',
  '\b': 'b',
  '\f': 'f',
};

/** A pattern of the text in which every character may be escaped once or twice. */
function escapedSource(text: string): string {
  const isShort = text.length <= FULLY_ESCAPED;
  // A run of backslashes is one token: matched one by one they would allow very many ways.
  return (text.match(/\\+|[^\\]/gu) ?? [])
    .map((token) =>
      token.startsWith('\\') ? backslashesSource(token.length) : characterSource(token, isShort),
    )
    .join('');
}

function backslashesSource(count: number): string {
  const forms = ['\\\\', '%(?:25)?5[cC]', '\\\\{1,2}u005[cC]', '&(?:amp;)?#(?:0*92|[xX]0*5[cC]);'];
  return `(?:${forms.map((form) => `(?:${form}){${count},${4 * count}}`).join('|')})`;
}

function characterSource(character: string, isShort: boolean): string {
  const code = character.codePointAt(0) ?? 0;
  if (!isShort && /[A-Za-z0-9_-]/.test(character)) return character;
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  const forms = [
    literalSource(character),
    units.map((unit) => `\\\\{1,2}u${anyCase(unit.toString(16).padStart(4, '0'))}`).join(''),
    percentSource(character),
    `&(?:amp;)?#(?:0*${code}|[xX]0*${anyCase(code.toString(16))});`,
  ];
  const letter = JSON_ESCAPES[character];
  if (letter !== undefined) forms.push(`\\\\{1,2}${letter}`);
  const entity = ENTITIES[character];
  if (entity !== undefined) forms.push(`&(?:amp;)?${entity};`);
  // Forms encode a blank as a plus sign.
  if (character === ' ') forms.push('\\+');
  // JSON escapes quotes and, in some libraries, slashes; the result may be escaped again for HTML.
  return `${/["'/]/.test(character) ? '\\\\{0,3}' : ''}(?:${forms.join('|')})`;
}

function percentSource(character: string): string {
  const bytes = new TextEncoder().encode(character);
  return Array.from(bytes, (byte) => `%(?:25)?${anyCase(byte.toString(16).padStart(2, '0'))}`).join('');
}

/** The base64 of a text alone, and of those of its bytes that stay the same inside a larger encoded text. */
function base64Sources(latin1: string): string[] {
  const whole = `${base64Source(btoa(latin1).replace(/=+$/, ''))}(?:=|%3[dD]){0,2}`;
  if (latin1.length < SHORTEST_PART) return [whole];
  const parts = [0, 1, 2].map((shift) => {
    const base64 = btoa(`${'\0'.repeat(shift)}${latin1}`);
    const bits = 8 * (shift + latin1.length);
    return base64Source(base64.slice(Math.ceil((8 * shift) / 6), Math.floor(bits / 6)));
  });
  return [whole, ...parts];
}

/** Base64 or base64url (RFC 4648, sections 4 and 5), with optional percent-encoding or JSON escapes. */
function base64Source(base64: string): string {
  return base64.replace(/[+/]/g, (sign) => (sign === '+' ? '(?:[+-]|%2[bB])' : '(?:\\\\?/|_|%2[fF])'));
}

function anyCase(hex: string): string {
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

function literalSource(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
