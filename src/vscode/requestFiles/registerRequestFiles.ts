import { randomBytes } from 'node:crypto';
import { commands, languages } from 'vscode';
import type { Disposable } from 'vscode';
import type { Services } from '../services.ts';
import { registerLanguage } from './language/registerLanguage.ts';
import { requestKnowledge } from './language/requestKnowledge.ts';
import { requestCodeLenses } from './requestCodeLenses.ts';
import { requestCommands } from './requestCommands.ts';
import { requestDiagnostics } from './requestDiagnostics.ts';
import { REQUEST_DOCUMENTS, REQUEST_LANGUAGE } from './requestDocuments.ts';
import { requestFolding } from './requestFolding.ts';
import { requestLinks } from './requestLinks.ts';
import { RequestSessions } from './requestSessions.ts';
import { sessionOpener } from './sessionOpener.ts';

/** Makes request files work: diagnostics, Connect and Send above their lines, links to files, the commands. */
export function registerRequestFiles(services: Services): Disposable[] {
  const sessions = new RequestSessions(sessionOpener(services), { now: Date.now, randomBytes });
  const lenses = requestCodeLenses(sessions);
  return [
    requestDiagnostics(),
    lenses,
    languages.registerCodeLensProvider(REQUEST_DOCUMENTS, lenses),
    languages.registerDocumentLinkProvider(REQUEST_DOCUMENTS, requestLinks),
    ...registerLanguage(requestKnowledge(services.engine, sessions)),
    // Of .http files, other extensions fold the other requests.
    languages.registerFoldingRangeProvider(REQUEST_LANGUAGE, requestFolding),
    ...Object.entries(requestCommands(services, sessions)).map(([id, run]) =>
      commands.registerCommand(id, run),
    ),
  ];
}
