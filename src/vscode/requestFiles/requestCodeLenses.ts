import { CodeLens, EventEmitter, l10n } from 'vscode';
import type { CodeLensProvider, Disposable, TextDocument } from 'vscode';
import type { Request, RequestFile } from '../../core/request/tree.ts';
import { editorRange } from './editorRange.ts';
import { requestFile } from './requestDocuments.ts';
import type { RequestSessions } from './requestSessions.ts';

/** Connect above each target, Send above each message. A request with an error says so instead. */
export function requestCodeLenses(sessions: RequestSessions): CodeLensProvider & Disposable {
  const changed = new EventEmitter<void>();
  const stop = sessions.onDidChange(() => changed.fire());
  return {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses(document) {
      const file = requestFile(document);
      return file?.requests.flatMap((request) => lensesOf(document, file, request, sessions)) ?? [];
    },
    dispose() {
      stop();
      changed.dispose();
    },
  };
}

function lensesOf(
  document: TextDocument,
  file: RequestFile,
  request: Request,
  sessions: RequestSessions,
): CodeLens[] {
  const uri = document.uri.toString();
  const target = editorRange(request.target.range);
  if (request.error) {
    const line = request.error.range.start.line + 1;
    const title = `$(error) ${l10n.t('Not runnable: error in line {0}', line)}`;
    return [new CodeLens(target, { title, command: '', tooltip: request.error.message })];
  }
  const session = sessions.find({ uri, file, request });
  const isOpen = session?.summary.state === 'open';
  const connect = new CodeLens(target, {
    title: isOpen ? `$(pass-filled) ${l10n.t('Connected')}` : `$(debug-start) ${l10n.t('Connect')}`,
    tooltip: isOpen ? l10n.t('Show the session') : l10n.t('Connect without sending anything'),
    command: 'duplex.connectRequest',
    arguments: [uri, request.index],
  });
  const sends = request.steps.flatMap(({ payload, index }) =>
    payload
      ? new CodeLens(editorRange(payload.range), {
          title: `$(send) ${l10n.t('Send')}`,
          tooltip: isOpen ? l10n.t('Send this message') : l10n.t('Connect, then send this message'),
          command: 'duplex.sendRequestMessage',
          arguments: [uri, request.index, index],
        })
      : [],
  );
  return [connect, ...sends];
}
