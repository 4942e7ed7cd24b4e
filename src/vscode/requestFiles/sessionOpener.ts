import { ViewColumn } from 'vscode';
import type { Session } from '../../engine/session.ts';
import { detach } from '../detach.ts';
import { connectAndReport } from '../openSession.ts';
import type { Services } from '../services.ts';
import { connectionSettings } from '../settings.ts';
import { requireTrust } from '../trust.ts';
import type { SessionOpener } from './requestSessions.ts';

/** Beside the file, which keeps the focus: the next thing to do is often the next Send. */
const BESIDE = { viewColumn: ViewColumn.Beside, preserveFocus: true };

export function sessionOpener(services: Services): SessionOpener {
  const { engine, log, panels, recent } = services;
  const attempt = async (session: Session): Promise<void> => {
    panels.show(session, BESIDE);
    detach(recent.add(session.options.url), log);
    await connectAndReport(services, session);
  };
  return {
    open(options, name) {
      requireTrust();
      const session = engine.create(
        { ...connectionSettings(), ...options },
        name === undefined ? {} : { name },
      );
      return { session, attempt: attempt(session) };
    },
    reconnect: attempt,
    show: (session) => panels.show(session, BESIDE),
    has: (session) => engine.find(session.id) === session,
  };
}
