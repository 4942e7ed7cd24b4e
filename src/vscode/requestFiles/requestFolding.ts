import { FoldingRange, FoldingRangeKind } from 'vscode';
import type { FoldingRangeProvider, TextDocument } from 'vscode';
import type { Range } from '../../core/request/syntax/range.ts';
import { requestFile } from './requestDocuments.ts';

/** Requests fold at their `###`, payloads at lines that end in an opening bracket. */
export const requestFolding: FoldingRangeProvider = {
  provideFoldingRanges(document) {
    const file = requestFile(document);
    if (!file) return [];
    const blocks = file.blocks
      .filter(({ range }) => range.end.line > range.start.line)
      .map(({ range }) => new FoldingRange(range.start.line, range.end.line, FoldingRangeKind.Region));
    const payloads = file.requests.flatMap(({ steps }) =>
      steps.flatMap(({ payload }) => (payload ? bracketFolds(document, payload.range) : [])),
    );
    return [...blocks, ...payloads];
  },
};

/** The line of the closing bracket stays visible. */
function bracketFolds(document: TextDocument, { start, end }: Range): FoldingRange[] {
  const folds: FoldingRange[] = [];
  const open: number[] = [];
  for (let line = start.line; line <= end.line; line++) {
    const text = document.lineAt(line).text.trim();
    if (/^[}\]]/.test(text)) {
      const from = open.pop();
      if (from !== undefined && line - 1 > from) folds.push(new FoldingRange(from, line - 1));
    }
    if (/[{[]$/.test(text)) open.push(line);
  }
  return folds;
}
