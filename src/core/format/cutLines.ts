import { MAX_LINE_CHARS } from '../../shared/limits.ts';
import type { LineTable } from './lineView.ts';
import { createLineTable, SLICE_BYTES } from './lineView.ts';
import { sequenceLength } from './utf8.ts';

/** Styles of a line that continues a split line. Smaller numbers belong to the view. */
export const CONTINUES = 254;
/** The same within a JSON string, where white space is content and no blank follows a colon. */
export const CONTINUES_IN_STRING = 255;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/**
 * The size in bytes of the next unit that must not be split, its width in UTF-16 units, and the style of the
 * line that continues after it.
 */
interface Unit {
  bytes: number;
  chars: number;
  inString: boolean;
}

export interface CutRules {
  /** The number of characters that a line of this style is indented by. */
  readonly indent: (style: number) => number;
  /** The offset at which a line's content ends. */
  readonly end: (line: number) => number;
  /** JSON views drop white space outside strings and put a blank after each colon. */
  readonly json: boolean;
}

/**
 * Builds a table in which no line is longer than MAX_LINE_CHARS. A split never divides a UTF-8 sequence or an escape.
 * Yields the number of bytes done from time to time.
 */
export function* cutLines(
  bytes: Uint8Array,
  table: LineTable,
  rules: CutRules,
): Generator<number, LineTable> {
  const cut = createLineTable();
  let nextYield = SLICE_BYTES;
  for (let line = 0; line < table.length; line++) {
    const end = rules.end(line);
    const style = table.style(line);
    let position = table.offset(line);
    let chars = rules.indent(style);
    cut.add(position, style);
    const isLong = chars + end - position > MAX_LINE_CHARS / 2;
    const unit: Unit = { bytes: 0, chars: 0, inString: false };
    while (isLong && position < end) {
      const inString = unit.inString;
      if (rules.json) jsonUnit(bytes, position, unit);
      else textUnit(bytes, position, unit);
      if (chars + unit.chars > MAX_LINE_CHARS) {
        cut.add(position, inString ? CONTINUES_IN_STRING : CONTINUES);
        chars = 0;
      }
      chars += unit.chars;
      position += unit.bytes;
      if (position >= nextYield) {
        nextYield = position + SLICE_BYTES;
        yield position;
      }
    }
    if (end >= nextYield) {
      nextYield = end + SLICE_BYTES;
      yield end;
    }
  }
  return cut;
}

function textUnit(bytes: Uint8Array, position: number, unit: Unit): void {
  unit.bytes = bytes[position]! < 0x80 ? 1 : sequenceLength(bytes, position);
  unit.chars = unit.bytes === 4 ? 2 : 1;
}

function jsonUnit(bytes: Uint8Array, position: number, unit: Unit): void {
  textUnit(bytes, position, unit);
  const byte = bytes[position]!;
  if (byte === QUOTE) {
    unit.inString = !unit.inString;
  } else if (unit.inString) {
    if (byte === BACKSLASH) unit.bytes = unit.chars = 2;
  } else if (byte <= 0x20) {
    unit.chars = 0;
  } else if (byte === COLON) {
    unit.chars = 2;
  }
}
