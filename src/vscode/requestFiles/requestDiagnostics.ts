import { Diagnostic, DiagnosticSeverity, languages, workspace } from 'vscode';
import type { Disposable, Event, LogOutputChannel, TextDocument } from 'vscode';
import type { Severity } from '../../core/request/syntax/diagnostic.ts';
import { detach } from '../report.ts';
import type { Environments } from '../environments/environments.ts';
import { editorRange, requestFile, requestFileKind, setEnvironmentContext } from './requestDocuments.ts';

/** The source name of our diagnostics. */
export const DIAGNOSTIC_SOURCE = 'duplex';

/** Milliseconds without typing after which a document is checked again. */
const DELAY = 250;

const SEVERITIES: Record<Severity, DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/**
 * Keeps the diagnostics of the open request files up to date.
 * @param others further events that change the meaning of a file, besides its text and its environments
 */
export function createRequestDiagnostics(
  environments: Environments,
  log: LogOutputChannel,
  others: readonly { readonly onDidChange: Event<void> }[] = [],
): Disposable {
  const collection = languages.createDiagnosticCollection('duplex');
  const due = new Map<TextDocument, ReturnType<typeof setTimeout>>();
  const cancel = (document: TextDocument): void => {
    clearTimeout(due.get(document));
    due.delete(document);
  };
  const publish = (document: TextDocument): void => {
    cancel(document);
    const file = requestFile(document);
    if (file) collection.set(document.uri, file.diagnostics.map(editorDiagnostic));
  };
  // Published once the environments are known. Before that, their variables would briefly be errors.
  const look = async (document: TextDocument): Promise<void> => {
    if (!requestFileKind(document)) return;
    setEnvironmentContext(document, await environments.around(document));
    if (!document.isClosed) publish(document);
  };
  const lookAt = (document: TextDocument): void => detach(look(document), log);
  const disposables = [
    collection,
    workspace.onDidOpenTextDocument(lookAt),
    ...[environments, ...others].map(({ onDidChange }) =>
      onDidChange(() => workspace.textDocuments.forEach(lookAt)),
    ),
    workspace.onDidChangeTextDocument(({ document }) => {
      if (!requestFileKind(document)) return;
      cancel(document);
      due.set(
        document,
        setTimeout(() => publish(document), DELAY),
      );
    }),
    // VS Code also closes and reopens a document when its language changes.
    workspace.onDidCloseTextDocument((document) => {
      cancel(document);
      collection.delete(document.uri);
    }),
  ];
  workspace.textDocuments.forEach(lookAt);
  return {
    dispose() {
      for (const document of [...due.keys()]) cancel(document);
      for (const disposable of disposables) disposable.dispose();
    },
  };
}

function editorDiagnostic({
  severity,
  code,
  range,
  message,
}: NonNullable<ReturnType<typeof requestFile>>['diagnostics'][number]): Diagnostic {
  const diagnostic = new Diagnostic(editorRange(range), message, SEVERITIES[severity]);
  diagnostic.source = DIAGNOSTIC_SOURCE;
  diagnostic.code = code;
  return diagnostic;
}
