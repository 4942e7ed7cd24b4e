import type { Problem } from './diagnostic.ts';
import { leadingEscape } from './lineForms.ts';
import type { Line } from './lines.ts';
import type { Range } from './range.ts';
import { joinTexts, scanTemplate, type Template, type TemplatePart } from './template.ts';

/** Collects the lines of one payload. */
export interface PayloadText {
  /** Number of lines that are not empty. */
  readonly lines: number;
  /** Adds a line that is sent. */
  add(line: Line): void;
  /** Adds an empty line: it is sent if it stands between lines that are not empty. */
  addBlank(line: Line): void;
  /** Undefined if nothing was added. */
  finish(): { readonly text: Template; readonly problems: readonly Problem[] } | undefined;
}

/** @param source the text that holds the lines; unchanged lines are kept as one slice of it */
export function payloadText(source: string): PayloadText {
  const parts: TemplatePart[] = [];
  const problems: Problem[] = [];
  /** The pending lines, `from` up to `to` in the source. They become a part when the slice cannot grow any more. */
  let slice: { from: number; to: number } | undefined;
  /** The state that `finish` returns to: everything up to the last line that is not empty. */
  let settled: { parts: number; slice: { from: number; to: number } | undefined } | undefined;
  let range: Range | undefined;
  let lines = 0;

  const endSlice = (): void => {
    if (slice) parts.push(source.slice(slice.from, slice.to));
    slice = undefined;
  };
  const startLine = (): void => {
    endSlice();
    if (parts.length > 0) parts.push('\n');
  };
  const addPlain = (line: Line): void => {
    const end = line.offset + line.text.length;
    if (slice && slice.to + 1 === line.offset) {
      slice.to = end;
    } else {
      startLine();
      slice = { from: line.offset, to: end };
    }
  };

  return {
    get lines() {
      return lines;
    },
    add(line) {
      const escape = leadingEscape(line.text);
      if (escape === -1 && !line.text.includes('{{')) {
        addPlain(line);
      } else {
        startLine();
        if (escape > 0) parts.push(line.text.slice(0, escape));
        const scanned = scanTemplate(line.text.slice(escape + 1), line.number, escape + 1);
        for (const part of scanned.parts) parts.push(part);
        for (const problem of scanned.problems) problems.push(problem);
      }
      lines++;
      settled = { parts: parts.length, slice: slice && { ...slice } };
      const end = { line: line.number, character: line.text.length };
      range = { start: range?.start ?? { line: line.number, character: 0 }, end };
    },
    addBlank(line) {
      if (lines > 0) addPlain(line);
    },
    finish() {
      if (!settled || !range) return undefined;
      parts.length = settled.parts;
      if (settled.slice) parts.push(source.slice(settled.slice.from, settled.slice.to));
      return { text: { range, parts: joinTexts(parts) }, problems };
    },
  };
}
