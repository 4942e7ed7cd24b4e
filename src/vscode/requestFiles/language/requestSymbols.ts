import { DocumentSymbol, SymbolKind } from 'vscode';
import type { DocumentSymbolProvider } from 'vscode';
import { outline, type OutlineNode } from '../../../core/request/service/outline.ts';
import { editorRange } from '../editorRange.ts';
import { requestFile } from '../requestDocuments.ts';
import { inertText } from '../../inertText.ts';

const KINDS: Record<OutlineNode['kind'], SymbolKind> = {
  request: SymbolKind.Function,
  variable: SymbolKind.Variable,
  message: SymbolKind.String,
  wait: SymbolKind.Event,
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
