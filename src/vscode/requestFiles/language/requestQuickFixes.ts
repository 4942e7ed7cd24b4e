import { CodeAction, CodeActionKind, WorkspaceEdit } from 'vscode';
import type { CodeActionProvider, Diagnostic, TextDocument } from 'vscode';
import type { DiagnosticCode } from '../../../core/request/syntax/diagnostic.ts';
import { quickFixes, type QuickFix } from '../../../core/request/service/quickFixes.ts';
import type { RequestFile } from '../../../core/request/syntax/tree.ts';
import type { StepProtocol } from '../../../core/request/plan/stepVerb.ts';
import { stepProtocolAt } from '../../../core/request/service/protocolWords.ts';
import type { RequestKnowledge } from './requestKnowledge.ts';
import { editorRange, linesOf, requestFile } from '../requestDocuments.ts';
import { DIAGNOSTIC_SOURCE } from '../requestDiagnostics.ts';

/** The quick fixes for our diagnostics. @param optionDirectives directives that set an option */
export function requestQuickFixes(
  optionDirectives: () => readonly string[],
  knowledge: Pick<RequestKnowledge, 'scopeAt'>,
): CodeActionProvider {
  const stepProtocolOf = (
    document: TextDocument,
    file: RequestFile,
    line: number,
  ): StepProtocol | undefined => stepProtocolAt(file, line, knowledge.scopeAt(document, file, line));
  return {
    provideCodeActions(document, _, { diagnostics }) {
      const file = requestFile(document);
      if (!file) return [];
      return diagnostics
        .filter(({ source }) => source === DIAGNOSTIC_SOURCE)
        .flatMap((diagnostic) =>
          quickFixes(
            file,
            linesOf(document),
            { code: diagnostic.code as DiagnosticCode, range: diagnostic.range },
            optionDirectives(),
            stepProtocolOf(document, file, diagnostic.range.start.line),
          ).map((fix) => actionOf(document, diagnostic, fix)),
        );
    },
  };
}

function actionOf(document: TextDocument, diagnostic: Diagnostic, fix: QuickFix): CodeAction {
  const action = new CodeAction(fix.title, CodeActionKind.QuickFix);
  action.edit = new WorkspaceEdit();
  action.edit.replace(document.uri, editorRange(fix.range), fix.text);
  action.diagnostics = [diagnostic];
  action.isPreferred = fix.preferred;
  if (fix.secret !== undefined)
    action.command = { command: 'duplex.setSecret', title: '', arguments: [fix.secret] };
  return action;
}
