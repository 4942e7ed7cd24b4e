import { MAX_LINE_CHARS } from '../../shared/limits.ts';
import { CONTINUES, cutLines } from './cutLines.ts';
import type { JsonProblem } from './jsonScanner.ts';
import { allocateText, createLineTable } from './lineView.ts';
import type { LineTable, LineView } from './lineView.ts';
import { MAX_INDENT_LEVELS } from './prettyJson.ts';
import { scanXml } from './xmlScanner.ts';

/** Style of a line that the text itself begins: it is not indented. */
const OWN_LINE = MAX_INDENT_LEVELS + 1;

const INDENT = 2;
const BLANK = 0x20;
const LINE_FEED = 0x0a;

/**
 * Formats XML with a line for each element, comment and instruction; text stays with its element, so that mixed content
 * is not torn apart. Only white space between tags changes: entities, attributes and their order stay those of the
 * payload, and nothing is expanded. Yields the part done, from 0 to 1, after each slice.
 * @returns the problem if tags do not match
 */
export function* prettyXml(bytes: Uint8Array): Generator<number, LineView | JsonProblem> {
  const table = createLineTable();
  const scanning = scanXml(bytes, (offset, depth) =>
    table.add(offset, depth === undefined ? OWN_LINE : Math.min(depth, MAX_INDENT_LEVELS)),
  );
  let step = scanning.next();
  for (; !step.done; step = scanning.next()) yield step.value / bytes.length / 2;
  if (step.value) return step.value;

  const indent = (style: number): number => (style > MAX_INDENT_LEVELS ? 0 : style * INDENT);
  const lineEnd = (line: number, of: LineTable = table): number => {
    const next = line + 1 < of.length ? of.offset(line + 1) : bytes.length;
    return line + 1 < of.length && of.style(line + 1) === CONTINUES
      ? next
      : trimmedEnd(bytes, of.offset(line), next);
  };
  let longest = 0;
  for (let line = 0; line < table.length; line++)
    longest = Math.max(longest, lineEnd(line) - table.offset(line));
  let shown = table;
  if (longest > MAX_LINE_CHARS - MAX_INDENT_LEVELS * INDENT) {
    const cutting = cutLines(bytes, table, { indent, end: (line) => lineEnd(line), json: false });
    let cut = cutting.next();
    for (; !cut.done; cut = cutting.next()) yield 0.5 + cut.value / bytes.length / 2;
    shown = cut.value;
  }

  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return {
    lines: shown.length,
    line: (index) =>
      ' '.repeat(indent(shown.style(index))) +
      decoder.decode(bytes.subarray(shown.offset(index), lineEnd(index, shown))),
    *text() {
      let size = Math.max(0, table.length - 1);
      for (let line = 0; line < table.length; line++)
        size += indent(table.style(line)) + lineEnd(line) - table.offset(line);
      const text = allocateText(size);
      let at = 0;
      for (let line = 0; line < table.length; line++) {
        if (line > 0) text[at++] = LINE_FEED;
        const start = at + indent(table.style(line));
        text.fill(BLANK, at, start);
        text.set(bytes.subarray(table.offset(line), lineEnd(line)), start);
        at = start + lineEnd(line) - table.offset(line);
        if (line % 100_000 === 99_999) yield at / size;
      }
      return text;
    },
  };
}

/** The end of a line without the white space that separates it from the next. */
function trimmedEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && bytes[at - 1]! <= BLANK) at--;
  return at;
}
