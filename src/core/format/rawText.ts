import { MAX_LINE_CHARS } from '../../shared/limits.ts';
import { CONTINUES, cutLines } from './cutLines.ts';
import type { LineTable, LineView } from './lineView.ts';
import { allocateText, createLineTable, SLICE_BYTES } from './lineView.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Text as it is, split at LF, CRLF and CR; bytes that are not UTF-8 become U+FFFD. There is always at least one line,
 * and an empty last one after a final line end. `text()` is the payload itself.
 * Yields the part done, from 0 to 1, after each slice.
 */
export function* rawText(bytes: Uint8Array): Generator<number, LineView> {
  const table = createLineTable();
  table.add(0, 0);
  let longest = 0;
  for (let from = 0; from < bytes.length; from += SLICE_BYTES) {
    longest = Math.max(longest, addLines(bytes, from, Math.min(bytes.length, from + SLICE_BYTES), table));
    yield from / bytes.length / 2;
  }

  const lineEnd = (line: number, of = table): number => {
    if (line + 1 >= of.length) return bytes.length;
    const next = of.offset(line + 1);
    if (of.style(line + 1) === CONTINUES) return next;
    const isCrLf = bytes[next - 1] === LINE_FEED && bytes[next - 2] === CARRIAGE_RETURN;
    return isCrLf ? next - 2 : next - 1;
  };

  let shown = table;
  if (Math.max(longest, bytes.length - table.offset(table.length - 1)) > MAX_LINE_CHARS) {
    const cutting = cutLines(bytes, table, { indent: () => 0, end: lineEnd, json: false });
    let step = cutting.next();
    for (; !step.done; step = cutting.next()) yield 0.5 + step.value / bytes.length / 2;
    shown = step.value;
  }

  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return {
    lines: shown.length,
    line: (index) => decoder.decode(bytes.subarray(shown.offset(index), lineEnd(index, shown))),
    *text() {
      const text = allocateText(bytes.length);
      text.set(bytes);
      return text;
    },
  };
}

/** Adds the lines that start after a line end within the slice. @returns the length of the longest line that ended in it */
function addLines(bytes: Uint8Array, from: number, to: number, table: LineTable): number {
  let longest = 0;
  let last = from;
  for (let position = from; position < to; position++) {
    const byte = bytes[position]!;
    if (byte !== LINE_FEED && byte !== CARRIAGE_RETURN) continue;
    if (byte === CARRIAGE_RETURN && bytes[position + 1] === LINE_FEED) continue;
    longest = Math.max(longest, position - last);
    last = position + 1;
    table.add(last, 0);
  }
  return Math.max(longest, to - last);
}
