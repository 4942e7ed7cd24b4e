import { Range } from 'vscode';
import type { TextDocument } from 'vscode';

/** The lines of a document by number; empty ones behind its end. */
export function linesOf(document: TextDocument): (line: number) => string {
  return (line) => (line < document.lineCount ? document.lineAt(line).text : '');
}

/** All of a document. */
export function linesRange(document: TextDocument): Range {
  const last = document.lineCount - 1;
  return new Range(0, 0, last, document.lineAt(last).text.length);
}
