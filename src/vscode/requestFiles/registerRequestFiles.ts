import { commands, languages } from 'vscode';
import type { Disposable } from 'vscode';
import { closeSession } from '../endSession.ts';
import { registerGuarded } from '../commands/guarded.ts';
import { detach } from '../detach.ts';
import { environmentCommands } from '../environments/environmentCommands.ts';
import { environmentStatus } from '../environments/environmentStatus.ts';
import { requestRunner } from '../runs/requestRunner.ts';
import { RequestRuns } from '../runs/requestRuns.ts';
import { runCommands } from '../runs/runCommands.ts';
import { runDecorations } from '../runs/runDecorations.ts';
import type { Services } from '../services.ts';
import { requestTests } from '../testing/requestTests.ts';
import { registerLanguage } from './language/registerLanguage.ts';
import { requestKnowledge } from './language/requestKnowledge.ts';
import { requestCodeLenses } from './requestCodeLenses.ts';
import { requestCommands } from './requestCommands.ts';
import { requestDiagnostics } from './requestDiagnostics.ts';
import { REQUEST_DOCUMENTS, REQUEST_LANGUAGE } from './requestDocuments.ts';
import { requestFolding } from './requestFolding.ts';
import { requestLinks } from './requestLinks.ts';
import { requestScopes } from './requestScopes.ts';
import { RequestSessions } from './requestSessions.ts';
import { sessionOpener } from './sessionOpener.ts';

/** Makes request files a document, a client and a test: the language, Connect, Send and Run, the Test Explorer. */
export function registerRequestFiles(services: Services): Disposable[] {
  const { engine, log, environments, secrets } = services;
  const scopes = requestScopes(environments, secrets);
  const sessions = new RequestSessions(sessionOpener(services), scopes);
  const runs = new RequestRuns(requestRunner(engine, scopes), ({ id }) => {
    const session = engine.find(id);
    // Its recording stays under Recordings; the Sessions view shows what a request does now.
    if (session) detach(closeSession(services, session), log);
  });
  const lenses = requestCodeLenses(sessions, runs);
  return [
    environmentStatus(environments),
    requestDiagnostics(environments, log),
    lenses,
    languages.registerCodeLensProvider(REQUEST_DOCUMENTS, lenses),
    languages.registerDocumentLinkProvider(REQUEST_DOCUMENTS, requestLinks),
    ...registerLanguage(requestKnowledge({ engine, sessions, runs, environments, secrets })),
    // Of .http files, other extensions fold the other requests.
    languages.registerFoldingRangeProvider(REQUEST_LANGUAGE, requestFolding),
    runDecorations(runs),
    requestTests(services.requests, runs, log),
    ...registerGuarded({ ...environmentCommands(environments, secrets), ...runCommands(runs) }, log),
    ...Object.entries(requestCommands(services, sessions)).map(([id, run]) =>
      commands.registerCommand(id, run),
    ),
  ];
}
