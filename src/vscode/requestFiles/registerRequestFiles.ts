import { commands, languages, Uri, ViewColumn } from 'vscode';
import type { Disposable } from 'vscode';
import { resolvePaths } from '../../core/session/options/connectOptions.ts';
import type { Session } from '../../engine/session.ts';
import { environmentCommands, environmentStatus } from '../environments/environmentCommands.ts';
import { detach, registerGuarded } from '../report.ts';
import { PASTE_METADATA, pasteCommand } from './language/pasteCommand.ts';
import { registerLanguage } from './language/registerLanguage.ts';
import { createRequestKnowledge } from './language/requestKnowledge.ts';
import { requestFolding, requestLinks } from './language/treeProviders.ts';
import { requestCodeLenses } from './requestCodeLenses.ts';
import { requestCommands } from './requestCommands.ts';
import { createRequestDiagnostics } from './requestDiagnostics.ts';
import { REQUEST_DOCUMENTS, REQUEST_LANGUAGE } from './requestDocuments.ts';
import { createRequestScopes } from './requestScopes.ts';
import { RequestSessions } from './requestSessions.ts';
import type { SessionOpener } from './requestSessions.ts';
import { RequestRuns } from '../runs/requestRuns.ts';
import { createRequestRunner, runCommands } from '../runs/runCommands.ts';
import { createRunDecorations } from '../runs/runDecorations.ts';
import type { Services } from '../services.ts';
import { closeSession, connectAndReport, makeNameUnique } from '../sessionLifecycle.ts';
import { requestFilePath, withSettings } from '../settings.ts';
import { requestTests } from '../testing/requestTests.ts';
import { requireTrust } from '../trust.ts';

/** Registers the features of request files: the language, Connect, Send and Run, the Test Explorer. */
export function registerRequestFiles(services: Services): Disposable[] {
  const { engine, log, environments, secrets } = services;
  const scopes = createRequestScopes(environments, secrets);
  const sessions = new RequestSessions(sessionOpener(services), scopes);
  const runs = new RequestRuns(createRequestRunner(services, scopes), ({ id }) => {
    const session = engine.find(id);
    // The Sessions view shows only the current run of a request. The recording of a replaced run stays under
    // Recordings.
    if (session) detach(closeSession(services, session), log);
  });
  const lenses = requestCodeLenses(sessions, runs, services.servers);
  const tests = requestTests(services.requests, runs, log);
  return [
    environmentStatus(environments),
    createRequestDiagnostics(environments, log, [services.tables]),
    lenses,
    languages.registerCodeLensProvider(REQUEST_DOCUMENTS, lenses),
    languages.registerDocumentLinkProvider(REQUEST_DOCUMENTS, requestLinks),
    ...registerLanguage(createRequestKnowledge({ engine, sessions, runs, environments, secrets })),
    // In .http files, other extensions fold the other requests.
    languages.registerFoldingRangeProvider(REQUEST_LANGUAGE, requestFolding),
    languages.registerDocumentPasteEditProvider(REQUEST_LANGUAGE, pasteCommand, PASTE_METADATA),
    createRunDecorations(runs),
    tests,
    ...registerGuarded({ ...environmentCommands(environments, secrets), ...runCommands(runs, tests) }, log),
    ...Object.entries(requestCommands(services, sessions)).map(([id, run]) =>
      commands.registerCommand(id, run),
    ),
  ];
}

/** Opens beside the file, which keeps the focus, because the next action is often another Send. */
const BESIDE = { viewColumn: ViewColumn.Beside, preserveFocus: true };

function sessionOpener(services: Services): SessionOpener {
  const { engine, log, panels, recent } = services;
  const attempt = async (session: Session): Promise<void> => {
    panels.show(session, BESIDE);
    detach(recent.add(session.summary.url), log);
    await connectAndReport(services, session);
  };
  return {
    open(given, name, uri) {
      requireTrust();
      const options = resolvePaths(given, (path) => requestFilePath(Uri.parse(uri), path));
      const session = engine.create(withSettings(options), name === undefined ? {} : { name });
      makeNameUnique(engine, session);
      return { session, attempt: attempt(session) };
    },
    reconnect: attempt,
    show: (session) => panels.show(session, BESIDE),
    has: (session) => engine.find(session.id) === session,
  };
}
