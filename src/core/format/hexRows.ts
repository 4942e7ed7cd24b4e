import type { LineView } from './lineView.ts';
import { allocateText, SLICE_BYTES } from './lineView.ts';

/** Bytes per row. */
export const HEX_ROW_BYTES = 16;

const HALF = HEX_ROW_BYTES / 2;
const OFFSET_DIGITS = 8;
const HEX_START = OFFSET_DIGITS + 2;
/** Three characters per byte, one more between the halves and one before the ASCII column. */
const CHARACTERS_START = HEX_START + HEX_ROW_BYTES * 3 + 2;
const ROW_CHARS = CHARACTERS_START + HEX_ROW_BYTES;

const BLANK = 0x20;
const DOT = 0x2e;
const LINE_FEED = 0x0a;
const DIGITS = new TextEncoder().encode('0123456789abcdef');

/**
 * Rows of offset, 16 bytes in hexadecimal and the same bytes as ASCII, with a dot for bytes that are not printable:
 * `00000000  7b 22 6f 70 22 3a 31 7d  0a                       {"op":1}.`. Each row is created on request.
 */
export function hexRows(bytes: Uint8Array): LineView {
  const lines = Math.ceil(bytes.length / HEX_ROW_BYTES);
  const scratch = new Uint8Array(ROW_CHARS);
  const decoder = new TextDecoder();
  return {
    lines,
    line: (index) => decoder.decode(scratch.subarray(0, draw(bytes, index * HEX_ROW_BYTES, scratch, 0))),
    *text() {
      // The last row may be shorter than the others.
      const missing = lines * HEX_ROW_BYTES - bytes.length;
      const text = allocateText(Math.max(0, lines * (ROW_CHARS + 1) - 1 - missing));
      let nextYield = SLICE_BYTES;
      for (let line = 0; line < lines; line++) {
        const start = line * (ROW_CHARS + 1);
        if (start >= nextYield) {
          nextYield = start + SLICE_BYTES;
          yield start / text.length;
        }
        if (line > 0) text[start - 1] = LINE_FEED;
        draw(bytes, line * HEX_ROW_BYTES, text, start);
      }
      return text;
    },
  };
}

/**
 * Cuts bytes out of a row, for a view with another number of bytes per row.
 * @param row of `hexRows`
 * @param from first byte within the row; the row may end before `end`
 */
export function cutHexRow(
  row: string,
  from: number,
  end: number,
): { readonly digits: readonly string[]; readonly characters: string } {
  const characters = row.slice(CHARACTERS_START + from, CHARACTERS_START + end);
  const digits = Array.from(characters, (_, index) => {
    const at = cellStart(from + index);
    return row.slice(at, at + 2);
  });
  return { digits, characters };
}

/** Where the digits of a row's byte begin. */
function cellStart(column: number): number {
  return HEX_START + column * 3 + (column < HALF ? 0 : 1);
}

/** @returns the end of the row in `target` */
function draw(bytes: Uint8Array, offset: number, target: Uint8Array, start: number): number {
  target.fill(BLANK, start, start + CHARACTERS_START);
  for (let digit = 0; digit < OFFSET_DIGITS; digit++) {
    target[start + digit] = DIGITS[(offset >>> (4 * (OFFSET_DIGITS - 1 - digit))) & 15]!;
  }
  const count = Math.min(HEX_ROW_BYTES, bytes.length - offset);
  for (let column = 0; column < count; column++) {
    const byte = bytes[offset + column]!;
    const at = start + cellStart(column);
    target[at] = DIGITS[byte >> 4]!;
    target[at + 1] = DIGITS[byte & 15]!;
    target[start + CHARACTERS_START + column] = byte >= BLANK && byte < 0x7f ? byte : DOT;
  }
  return start + CHARACTERS_START + count;
}
