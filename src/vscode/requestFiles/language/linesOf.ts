import type { TextDocument } from 'vscode';

/** The lines of a document by number; empty ones behind its end. */
export function linesOf(document: TextDocument): (line: number) => string {
  return (line) => (line < document.lineCount ? document.lineAt(line).text : '');
}
