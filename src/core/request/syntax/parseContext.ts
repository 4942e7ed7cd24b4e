import type { Diagnostic, DiagnosticCode, Severity } from './diagnostic.ts';
import { isBlank, type Line, type LineReader } from './lines.ts';
import { rangeInLine, type Position, type Range } from './range.ts';
import type { RequestFileKind } from './tree.ts';

/** The state that the parts of the parser share while they read one block. */
export interface ParseContext {
  readonly kind: RequestFileKind;
  readonly lines: LineReader;
  /** The diagnostics of this block, in the order of discovery. */
  readonly diagnostics: Diagnostic[];
  report(severity: Severity, code: DiagnosticCode, range: Range, message: string): void;
  /** Takes the next line and adds it to the range that is being read. */
  take(): Line;
  /** The end of the last line taken that is not blank. */
  readonly end: Position;
}

export function createParseContext(kind: RequestFileKind, lines: LineReader): ParseContext {
  const diagnostics: Diagnostic[] = [];
  let end: Position = { line: 0, character: 0 };
  return {
    kind,
    lines,
    diagnostics,
    report: (severity, code, range, message) => diagnostics.push({ severity, code, range, message }),
    take() {
      const line = lines.next() ?? lines.last;
      if (!isBlank(line.text)) end = wholeLine(line).end;
      return line;
    },
    get end() {
      return end;
    },
  };
}

export function wholeLine(line: Line): Range {
  return rangeInLine(line.number, 0, line.text.length);
}
