import {
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  FoldingRangeKind,
  SemanticTokensBuilder,
  SemanticTokensLegend,
  SymbolKind,
  TextEdit,
} from 'vscode';
import type {
  DocumentFormattingEditProvider,
  DocumentLinkProvider,
  DocumentSemanticTokensProvider,
  DocumentSymbolProvider,
  FoldingRangeProvider,
  TextDocument,
} from 'vscode';
import { formatRequestFile } from '../../../core/request/print/formatRequestFile.ts';
import { outline } from '../../../core/request/service/outline.ts';
import type { OutlineNode } from '../../../core/request/service/outline.ts';
import { semanticTokens, TOKEN_TYPES } from '../../../core/request/service/semanticTokens.ts';
import type { Range } from '../../../core/request/syntax/range.ts';
import { referencedFiles } from '../../../core/request/variables/referencedFiles.ts';
import { inertText } from '../../inertText.ts';
import { payloadUri } from '../payloadFile.ts';
import { editorRange, environmentContextOf, linesRange, requestFile } from '../requestDocuments.ts';

const KINDS: Record<OutlineNode['kind'], SymbolKind> = {
  request: SymbolKind.Function,
  server: SymbolKind.Interface,
  proxy: SymbolKind.Interface,
  fault: SymbolKind.Event,
  variable: SymbolKind.Variable,
  message: SymbolKind.String,
  wait: SymbolKind.Event,
  rule: SymbolKind.Event,
  echo: SymbolKind.Event,
  ping: SymbolKind.Event,
  close: SymbolKind.Event,
};

/** The outline, the breadcrumbs and “Go to Symbol in Editor”. */
export const requestSymbols: DocumentSymbolProvider = {
  provideDocumentSymbols(document) {
    const file = requestFile(document);
    return file ? outline(file).map(symbolOf) : [];
  },
};

function symbolOf({ kind, name, detail, range, selection, children }: OutlineNode): DocumentSymbol {
  const symbol = new DocumentSymbol(
    inertText(name),
    inertText(detail),
    KINDS[kind],
    editorRange(range),
    editorRange(selection),
  );
  symbol.children = children.map(symbolOf);
  return symbol;
}

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

/** Links from `< ./file`, schemas and certificates to their files. */
export const requestLinks: DocumentLinkProvider = {
  provideDocumentLinks(document) {
    const file = requestFile(document);
    // A relative path in an untitled document has no target.
    if (!file || document.uri.scheme === 'untitled') return [];
    return referencedFiles(file, environmentContextOf(document)).map(
      ({ path, range }) => new DocumentLink(editorRange(range), payloadUri(document.uri, path)),
    );
  },
};

/** Format Document, and format on save if the user wants it. Payloads are not changed. */
export const requestFormatting: DocumentFormattingEditProvider = {
  provideDocumentFormattingEdits(document) {
    const text = document.getText();
    const formatted = formatRequestFile(text);
    // VS Code reduces the edit to the smallest changes, so cursors and folds stay.
    return formatted === text ? [] : [TextEdit.replace(linesRange(document), formatted)];
  },
};

export const REQUEST_TOKENS_LEGEND = new SemanticTokensLegend([...TOKEN_TYPES], ['declaration']);

/** Semantic colours, on top of those of the grammar. */
export const requestTokens: DocumentSemanticTokensProvider = {
  provideDocumentSemanticTokens(document) {
    const builder = new SemanticTokensBuilder(REQUEST_TOKENS_LEGEND);
    const file = requestFile(document);
    for (const { range, type, isDefinition } of file ? semanticTokens(file) : [])
      builder.push(editorRange(range), type, isDefinition ? ['declaration'] : []);
    return builder.build();
  },
};
