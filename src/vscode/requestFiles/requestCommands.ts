import { l10n, Selection, window } from 'vscode';
import type { Session } from '../../engine/session.ts';
import { guarded } from '../commands/guarded.ts';
import type { Command } from '../commands/guarded.ts';
import type { Remedy } from '../report.ts';
import type { Services } from '../services.ts';
import { requireTrust } from '../trust.ts';
import { editorRange } from './editorRange.ts';
import { findRequest, findStep } from './findRequest.ts';
import type { FoundRequest } from './findRequest.ts';
import type { RequestSessions } from './requestSessions.ts';
import { stepAct, type StepAct } from './stepAct.ts';

/** The commands of request files. Each answers the id of the session, or undefined where there is no connection. */
export function requestCommands(
  { log }: Pick<Services, 'log'>,
  sessions: RequestSessions,
): Record<string, Command> {
  const withRequest = async (
    file: unknown,
    which: unknown,
    run: (found: FoundRequest) => Promise<string | undefined>,
  ): Promise<string | undefined> => {
    let found: FoundRequest | undefined;
    const work = async (): Promise<string | undefined> => {
      requireTrust();
      found = await findRequest(file, which);
      return run(found);
    };
    return guarded(work, log, ({ code }) => (code === 'file.invalid' && found ? [showError(found)] : []));
  };
  return {
    'duplex.connectRequest': (file, which) =>
      withRequest(file, which, async (found) => {
        const session = await sessions.connect(found);
        return session.summary.state === 'open' ? session.id : undefined;
      }),
    'duplex.sendRequestMessage': (file, which, step) =>
      withRequest(file, which, async (found) => {
        const chosen = findStep(found, step);
        const opened = await sessions.opened(found, (scope) => stepAct(found.document.uri, chosen, scope));
        if (!opened) return undefined;
        const { session, prepared } = opened;
        await act(session, prepared);
        return session.id;
      }),
  };
}

function act(session: Session, done: StepAct): Promise<void> {
  switch (done.kind) {
    case 'message':
      return session.send(done.message);
    case 'ping':
      return session.ping(done.data);
    case 'close':
      return session.disconnect(done.code, done.reason);
  }
}

/** Goes to the request's first error. */
function showError({ document, request }: FoundRequest): Remedy {
  const place = editorRange((request.error ?? request.target).range);
  return {
    label: l10n.t('Go to Error'),
    run: () => window.showTextDocument(document, { selection: new Selection(place.start, place.start) }),
  };
}
