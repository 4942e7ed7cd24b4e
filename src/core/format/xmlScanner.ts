import type { JsonProblem } from './jsonScanner.ts';
import { SLICE_BYTES } from './lineView.ts';
import { makeVisible } from './visible.ts';

/** Maximum nesting of elements. Deeper documents are shown as they are. */
const MAX_DEPTH = 1_000;

/** Maximum characters of a name in a sentence. */
const MAX_NAME = 40;

const TAB = 0x09;
const LINE_FEED = 0x0a;
const BLANK = 0x20;
const BANG = 0x21;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const SLASH = 0x2f;
const LESS = 0x3c;
const GREATER = 0x3e;
const QUESTION = 0x3f;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * Called where a line starts: at an element, a comment or an instruction with its depth, within text or a comment of
 * several lines without one.
 */
export type OnXmlLine = (offset: number, depth: number | undefined) => void;

/** The token before a tag: it decides whether the tag begins a line. */
type Before = 'start' | 'end' | 'text';

/** U+FEFF in UTF-8, one character per byte. */
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Finds the lines of formatted XML (XML 1.0) and checks that its tags match. Entities and declarations are skipped as
 * text: nothing is expanded or loaded. Yields the bytes scanned, about once per MiB.
 * @returns the problem, if its tags do not match
 */
export function* scanXml(bytes: Uint8Array, onLine: OnXmlLine): Generator<number, JsonProblem | undefined> {
  const open: Uint8Array[] = [];
  let before: Before = 'end';
  let hasRoot = false;
  let nextYield = SLICE_BYTES;
  /** Reports the lines of a part that is shown unchanged. */
  const lines = (from: number, to: number): void => {
    for (let at = from; at < to; at++)
      if (bytes[at] === LINE_FEED && at + 1 < bytes.length) onLine(at + 1, undefined);
  };
  for (let at = startsWith(bytes, 0, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0; at < bytes.length;) {
    if (at >= nextYield) {
      nextYield = at + SLICE_BYTES;
      yield at;
    }
    if (bytes[at] !== LESS) {
      const less = bytes.indexOf(LESS, at);
      const end = less < 0 ? bytes.length : less;
      const isText = skipSpace(bytes, at, end) < end;
      if (isText && open.length === 0) return { at: skipSpace(bytes, at, end), expected: '<' };
      if (isText || before === 'text') lines(at, end);
      if (isText) before = 'text';
      // An element that holds only an end of line is not put on one line.
      else if (before === 'start' && bytes.subarray(at, end).includes(LINE_FEED)) before = 'end';
      at = end;
      continue;
    }
    const special = specialEnd(bytes, at);
    if (special !== undefined) {
      if (special.end === undefined) return { at: bytes.length, expected: special.expected };
      if (special.isText) {
        if (open.length === 0) return { at, expected: 'an element' };
        before = 'text';
      } else {
        if (before !== 'text') onLine(at, open.length);
        if (before === 'start') before = 'end';
      }
      lines(at, special.end);
      at = special.end;
      continue;
    }
    const tag = readTag(bytes, at);
    if ('expected' in tag) return tag;
    if (tag.isEnd) {
      const name = open.pop();
      if (name === undefined) return { at, expected: hasRoot ? 'the end' : 'an element' };
      if (!isSame(name, tag.name)) return { at, expected: `</${shown(name)}>` };
      if (before === 'end') onLine(at, open.length);
      before = 'end';
    } else {
      if (hasRoot && open.length === 0) return { at, expected: 'the end' };
      hasRoot = true;
      if (before !== 'text') onLine(at, open.length);
      before = tag.isEmpty ? 'end' : 'start';
      if (!tag.isEmpty && open.push(tag.name) > MAX_DEPTH)
        return { at, expected: `at most ${MAX_DEPTH} nested elements` };
    }
    lines(at, tag.end);
    at = tag.end;
  }
  const last = open.pop();
  if (last) return { at: bytes.length, expected: `</${shown(last)}>` };
  return hasRoot ? undefined : { at: bytes.length, expected: 'an element' };
}

interface Special {
  /** Undefined if it does not end. */
  readonly end: number | undefined;
  readonly expected: string;
  /** Whether it is character data. */
  readonly isText: boolean;
}

/** The end of a comment, a CDATA section, an instruction or a declaration; undefined for a tag. */
function specialEnd(bytes: Uint8Array, at: number): Special | undefined {
  const until = (ending: string, isText = false): Special => {
    const found = indexOf(bytes, ending, at + 2);
    return { end: found < 0 ? undefined : found + ending.length, expected: ending, isText };
  };
  if (bytes[at + 1] === QUESTION) return until('?>');
  if (bytes[at + 1] !== BANG) return undefined;
  if (startsWith(bytes, at, '<!--')) return until('-->');
  if (startsWith(bytes, at, '<![CDATA[')) return until(']]>', true);
  return { end: declarationEnd(bytes, at), expected: '>', isText: false };
}

/** The end of a document type declaration, with the declarations in its brackets. */
function declarationEnd(bytes: Uint8Array, start: number): number | undefined {
  let brackets = 0;
  for (let at = start + 2; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE || byte === APOSTROPHE) {
      at = bytes.indexOf(byte, at + 1);
      if (at < 0) return undefined;
    } else if (byte === OPEN_BRACKET) brackets++;
    else if (byte === CLOSE_BRACKET) brackets--;
    else if (byte === GREATER && brackets <= 0) return at + 1;
  }
  return undefined;
}

interface Tag {
  readonly name: Uint8Array;
  readonly end: number;
  readonly isEnd: boolean;
  readonly isEmpty: boolean;
}

function readTag(bytes: Uint8Array, start: number): Tag | JsonProblem {
  const isEnd = bytes[start + 1] === SLASH;
  const nameStart = start + (isEnd ? 2 : 1);
  let at = nameStart;
  while (at < bytes.length && isNameByte(bytes[at]!)) at++;
  if (at === nameStart || !isNameStart(bytes[nameStart]!)) return { at: nameStart, expected: 'a name' };
  const name = bytes.subarray(nameStart, at);
  for (; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === GREATER) return { name, end: at + 1, isEnd, isEmpty: !isEnd && bytes[at - 1] === SLASH };
    if (byte === LESS) return { at, expected: '>' };
    if (byte !== QUOTE && byte !== APOSTROPHE) continue;
    if (isEnd) return { at, expected: '>' };
    at = bytes.indexOf(byte, at + 1);
    if (at < 0) return { at: bytes.length, expected: String.fromCharCode(byte) };
  }
  return { at: bytes.length, expected: '>' };
}

function isNameStart(byte: number): boolean {
  const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
  return isLetter || byte === 0x5f || byte === 0x3a || byte >= 0x80;
}

/** XML 1.0, section 2.3, without a check of each character beyond ASCII. */
function isNameByte(byte: number): boolean {
  return isNameStart(byte) || (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2e;
}

function isSpace(byte: number): boolean {
  return byte === BLANK || (byte >= TAB && byte <= 0x0d);
}

function skipSpace(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isSpace(bytes[at]!)) at++;
  return at;
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index++)
    if (bytes[at + index] !== text.charCodeAt(index)) return false;
  return true;
}

function indexOf(bytes: Uint8Array, text: string, from: number): number {
  const first = text.charCodeAt(0);
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1))
    if (startsWith(bytes, at, text)) return at;
  return -1;
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

function shown(name: Uint8Array): string {
  return makeVisible(decoder.decode(name.subarray(0, MAX_NAME)));
}
