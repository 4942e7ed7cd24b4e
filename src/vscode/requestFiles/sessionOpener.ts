import { Uri, ViewColumn } from 'vscode';
import { resolvePaths } from '../../core/session/options/connectOptions.ts';
import type { Session } from '../../engine/session.ts';
import { detach } from '../detach.ts';
import { connectAndReport } from '../openSession.ts';
import { requestFilePath } from '../optionPaths.ts';
import type { Services } from '../services.ts';
import { withSettings } from '../settings.ts';
import { requireTrust } from '../trust.ts';
import type { SessionOpener } from './requestSessions.ts';

/** Beside the file, which keeps the focus: the next thing to do is often the next Send. */
const BESIDE = { viewColumn: ViewColumn.Beside, preserveFocus: true };

export function sessionOpener(services: Services): SessionOpener {
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
      return { session, attempt: attempt(session) };
    },
    reconnect: attempt,
    show: (session) => panels.show(session, BESIDE),
    has: (session) => engine.find(session.id) === session,
  };
}
