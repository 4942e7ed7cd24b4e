import type { ByteRange } from '../../../shared/units.ts';

// Walks over bytes that are known to be valid JSON. It finds the positions of values and builds none.

/** A step from a value to one within it: the name of a member, or the index of an element. */
export type JsonStep = string | number;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** @returns the position where nesting exceeds `limit` levels; undefined if it does not */
export function jsonDepth(bytes: Uint8Array, start: number, end: number, limit: number): number | undefined {
  let depth = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) at = stringEnd(bytes, at) - 1;
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (++depth > limit) return at;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth--;
  }
  return undefined;
}

/**
 * The range of the value at the end of a path; undefined if there is none. If members have the same name, the last one counts.
 */
export function rangeOf(bytes: Uint8Array, start: number, path: readonly JsonStep[]): ByteRange | undefined {
  let from = skipSpace(bytes, start);
  for (const step of path) {
    const found = typeof step === 'string' ? memberStart(bytes, from, step) : elementStart(bytes, from, step);
    if (found === undefined) return undefined;
    from = found;
  }
  return { start: from, end: valueEnd(bytes, from) };
}

/** The ranges of the elements of an array. */
export function* elementRanges(bytes: Uint8Array, start: number): Generator<ByteRange, undefined> {
  let at = skipSpace(bytes, start);
  if (bytes[at] !== OPEN_ARRAY) return undefined;
  at = skipSpace(bytes, at + 1);
  while (bytes[at] !== CLOSE_ARRAY && at < bytes.length) {
    const end = valueEnd(bytes, at);
    yield { start: at, end };
    at = skipSpace(bytes, end);
    if (bytes[at] !== COMMA) return undefined;
    at = skipSpace(bytes, at + 1);
  }
  return undefined;
}

function elementStart(bytes: Uint8Array, start: number, index: number): number | undefined {
  if (bytes[start] !== OPEN_ARRAY) return undefined;
  let at = skipSpace(bytes, start + 1);
  for (let element = 0; bytes[at] !== CLOSE_ARRAY && at < bytes.length; element++) {
    if (element === index) return at;
    at = skipSpace(bytes, valueEnd(bytes, at));
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
  }
  return undefined;
}

function memberStart(bytes: Uint8Array, start: number, name: string): number | undefined {
  if (bytes[start] !== OPEN_OBJECT) return undefined;
  let found: number | undefined;
  let at = skipSpace(bytes, start + 1);
  while (bytes[at] === QUOTE) {
    const nameEnd = stringEnd(bytes, at);
    const value = skipSpace(bytes, skipSpace(bytes, nameEnd) + 1);
    if (isName(bytes, at, nameEnd, name)) found = value;
    at = skipSpace(bytes, valueEnd(bytes, value));
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
  }
  return found;
}

/** Compares the string from `start` to `end`, quotes included, with a name. */
function isName(bytes: Uint8Array, start: number, end: number, name: string): boolean {
  let plain = end - start - 2 === name.length;
  for (let at = start + 1; at < end - 1; at++) {
    const byte = bytes[at]!;
    // Escapes and characters beyond ASCII are compared as text.
    if (byte === BACKSLASH || byte >= 0x80)
      return JSON.parse(utf8.decode(bytes.subarray(start, end))) === name;
    if (plain && byte !== name.charCodeAt(at - start - 1)) plain = false;
  }
  return plain;
}

function valueEnd(bytes: Uint8Array, start: number): number {
  const first = bytes[start];
  if (first === QUOTE) return stringEnd(bytes, start);
  let at = start;
  if (first !== OPEN_OBJECT && first !== OPEN_ARRAY) {
    while (at < bytes.length && !isDelimiter(bytes[at]!)) at++;
    return at;
  }
  for (let depth = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) at = stringEnd(bytes, at) - 1;
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
    else if ((byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) && --depth === 0) return at + 1;
  }
  return at;
}

/** The offset after the closing quote of the string that opens at `start`. */
function stringEnd(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

function isDelimiter(byte: number): boolean {
  return byte <= 0x20 || byte === COMMA || byte === COLON || byte === CLOSE_OBJECT || byte === CLOSE_ARRAY;
}

function skipSpace(bytes: Uint8Array, start: number): number {
  let at = start;
  while (bytes[at]! <= 0x20) at++;
  return at;
}
