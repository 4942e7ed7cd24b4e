import { SemanticTokensBuilder, SemanticTokensLegend } from 'vscode';
import type { DocumentSemanticTokensProvider } from 'vscode';
import { semanticTokens, TOKEN_TYPES } from '../../../core/request/service/semanticTokens.ts';
import { editorRange } from '../editorRange.ts';
import { requestFile } from '../requestDocuments.ts';

export const REQUEST_TOKENS_LEGEND = new SemanticTokensLegend([...TOKEN_TYPES], ['declaration']);

/** Colours by meaning, over those of the grammar. */
export const requestTokens: DocumentSemanticTokensProvider = {
  provideDocumentSemanticTokens(document) {
    const builder = new SemanticTokensBuilder(REQUEST_TOKENS_LEGEND);
    const file = requestFile(document);
    for (const { range, type, isDefinition } of file ? semanticTokens(file) : [])
      builder.push(editorRange(range), type, isDefinition ? ['declaration'] : []);
    return builder.build();
  },
};
