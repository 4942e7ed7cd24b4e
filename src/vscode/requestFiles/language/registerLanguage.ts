import { CodeActionKind, languages } from 'vscode';
import type { Disposable } from 'vscode';
import { OPTION_DOCS } from '../../../core/request/service/optionDocs.ts';
import { REQUEST_DOCUMENTS, REQUEST_LANGUAGE } from '../requestDocuments.ts';
import { REQUEST_TRIGGERS, requestCompletions } from './requestCompletions.ts';
import { REQUEST_TOKENS_LEGEND, requestFormatting, requestSymbols, requestTokens } from './treeProviders.ts';
import { requestHover, requestNames } from './requestNames.ts';
import type { RequestKnowledge } from './requestKnowledge.ts';
import { requestQuickFixes } from './requestQuickFixes.ts';

/**
 * Registers the editor features of the language: completion, hover, names, outline, semantic colours, quick fixes.
 */
export function registerLanguage(knowledge: RequestKnowledge): Disposable[] {
  return [
    languages.registerCompletionItemProvider(
      REQUEST_DOCUMENTS,
      requestCompletions(knowledge),
      ...REQUEST_TRIGGERS,
    ),
    languages.registerHoverProvider(REQUEST_DOCUMENTS, requestHover(knowledge)),
    languages.registerDefinitionProvider(REQUEST_DOCUMENTS, requestNames),
    languages.registerReferenceProvider(REQUEST_DOCUMENTS, requestNames),
    languages.registerRenameProvider(REQUEST_DOCUMENTS, requestNames),
    languages.registerCodeActionsProvider(
      REQUEST_DOCUMENTS,
      requestQuickFixes(() => [...OPTION_DOCS.keys()], knowledge),
      {
        providedCodeActionKinds: [CodeActionKind.QuickFix],
      },
    ),
    // In .http files, other extensions format, outline and colour all requests, including ours.
    languages.registerDocumentFormattingEditProvider(REQUEST_LANGUAGE, requestFormatting),
    languages.registerDocumentSymbolProvider(REQUEST_LANGUAGE, requestSymbols),
    languages.registerDocumentSemanticTokensProvider(REQUEST_LANGUAGE, requestTokens, REQUEST_TOKENS_LEGEND),
  ];
}
