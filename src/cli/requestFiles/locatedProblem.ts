import { relative } from 'node:path';
import { makeVisible } from '../../core/format/visible.ts';
import type { Diagnostic, Severity } from '../../core/request/syntax/diagnostic.ts';
import type { Range } from '../../core/request/syntax/range.ts';

/** A diagnostic in its printed form. Lines and characters count from 1. */
export interface LocatedProblem {
  /** The displayed path. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
}

/** The displayed path: relative to the working directory if it lies below it. */
export function shownPath(path: string, folder = process.cwd()): string {
  const below = relative(folder, path);
  return below.startsWith('..') ? path : below || '.';
}

/** A range in positions from 1, as editors count them. Its end is after the last character. */
export function editorPlace({
  start,
  end,
}: Range): Pick<LocatedProblem, 'line' | 'column' | 'endLine' | 'endColumn'> {
  return {
    line: start.line + 1,
    column: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}

export function located(file: string, { severity, code, message, range }: Diagnostic): LocatedProblem {
  return { file, ...editorPlace(range), severity, code, message };
}

/** The line `file:line:column severity code message`. */
export function problemLine({ file, line, column, severity, code, message }: LocatedProblem): string {
  return makeVisible(`${file}:${line}:${column} ${severity} ${code} ${message}`);
}
