import { MAX_LINE_CHARS } from '../../shared/limits.ts';
import { CONTINUES_IN_STRING, cutLines } from './cutLines.ts';
import type { JsonProblem } from './jsonScanner.ts';
import { createJsonScanner } from './jsonScanner.ts';
import { allocateText, createLineTable, SLICE_BYTES } from './lineView.ts';
import type { LineView } from './lineView.ts';

/**
 * Levels of nesting that are indented; deeper levels get no more indentation. Otherwise the white space of deep nesting
 * would grow with the square of its depth.
 */
export const MAX_INDENT_LEVELS = 64;

const INDENT = 2;
const BLANK = 0x20;
const LINE_FEED = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** Size of a line that cannot become longer than MAX_LINE_CHARS, even if each byte were a colon. */
const SURELY_SHORT = (MAX_LINE_CHARS - MAX_INDENT_LEVELS * INDENT) / 2;

/** The maximum bytes of a line: MAX_LINE_CHARS of at most three bytes each, or four for two, and its indentation. */
const MAX_LINE_BYTES = (MAX_LINE_CHARS + MAX_INDENT_LEVELS * INDENT) * 4;

/**
 * Formats JSON with a line for each member and element; empty containers stay on one line. Only white space between
 * tokens changes: number spellings, key order, duplicate keys and escapes stay those of the payload. Yields the part
 * done, from 0 to 1, after each slice.
 */
export function* prettyJson(bytes: Uint8Array): Generator<number, LineView | JsonProblem> {
  const table = createLineTable();
  let indentation = 0;
  let lastOffset = 0;
  let longest = 0;
  const scanner = createJsonScanner(bytes, (offset, depth) => {
    longest = Math.max(longest, offset - lastOffset);
    lastOffset = offset;
    const levels = Math.min(depth, MAX_INDENT_LEVELS);
    indentation += levels * INDENT;
    table.add(offset, levels);
  });
  while (!scanner.step(SLICE_BYTES)) yield scanner.position / bytes.length / 2;
  if (scanner.problem) return scanner.problem;

  const indent = (style: number): number => (style > MAX_INDENT_LEVELS ? 0 : style * INDENT);
  const sourceEnd = (line: number, of = table): number =>
    line + 1 < of.length ? of.offset(line + 1) : bytes.length;
  const textBytes = scanner.tokenBytes + scanner.colons + indentation + table.length - 1;

  let shown = table;
  if (Math.max(longest, bytes.length - lastOffset) > SURELY_SHORT) {
    const cutting = cutLines(bytes, table, { indent, end: sourceEnd, json: true });
    let step = cutting.next();
    for (; !step.done; step = cutting.next()) yield 0.5 + step.value / bytes.length / 2;
    shown = step.value;
  }

  const scratch = new Uint8Array(MAX_LINE_BYTES);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return {
    lines: shown.length,
    line(index) {
      const style = shown.style(index);
      const start = indent(style);
      scratch.fill(BLANK, 0, start);
      const inString = style === CONTINUES_IN_STRING;
      const end = draw(bytes, shown.offset(index), sourceEnd(index, shown), inString, scratch, start);
      return decoder.decode(scratch.subarray(0, end));
    },
    *text() {
      const text = allocateText(textBytes);
      let at = 0;
      let nextYield = SLICE_BYTES;
      for (let line = 0; line < table.length; line++) {
        if (at >= nextYield) {
          nextYield = at + SLICE_BYTES;
          yield at / textBytes;
        }
        if (line > 0) text[at++] = LINE_FEED;
        const start = at + indent(table.style(line));
        text.fill(BLANK, at, start);
        at = draw(bytes, table.offset(line), sourceEnd(line), false, text, start);
      }
      return text;
    },
  };
}

/**
 * Copies the tokens between two offsets without white space, adding a blank after each colon.
 * @returns the end in `target`
 */
function draw(
  bytes: Uint8Array,
  from: number,
  to: number,
  startsInString: boolean,
  target: Uint8Array,
  start: number,
): number {
  let inString = startsInString;
  let at = start;
  for (let position = from; position < to; position++) {
    const byte = bytes[position]!;
    if (inString) {
      target[at++] = byte;
      if (byte === BACKSLASH) target[at++] = bytes[++position]!;
      else if (byte === QUOTE) inString = false;
    } else if (byte > BLANK) {
      target[at++] = byte;
      if (byte === QUOTE) inString = true;
      else if (byte === COLON) target[at++] = BLANK;
    }
  }
  return at;
}
