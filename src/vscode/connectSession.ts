import { l10n } from 'vscode';
import type { LogOutputChannel } from 'vscode';
import type { Session } from '../engine/session.ts';
import { withDelayedProgress } from './delayedProgress.ts';
import { detach } from './detach.ts';
import { requireTrust } from './trust.ts';

/** Milliseconds that connecting may take before it shows progress. */
const PROGRESS_DELAY = 1_000;

/**
 * Connects a session that exists, with progress and Cancel where it takes long.
 * @throws DuplexError the reason why there is no connection; `call.cancelled` where the user gave up
 */
export async function connectSession(session: Session, log: LogOutputChannel): Promise<void> {
  requireTrust();
  const { name, url } = session.summary;
  log.info(`Connecting to ${url}`);
  await withDelayedProgress(
    {
      title: l10n.t('Connecting to {0}', name),
      delay: PROGRESS_DELAY,
      cancel: () => detach(session.disconnect(), log),
    },
    () => session.connect(),
  );
}
