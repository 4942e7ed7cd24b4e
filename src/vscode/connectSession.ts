import { l10n, window } from 'vscode';
import type { LogOutputChannel } from 'vscode';
import { MASK } from '../core/session/secrets/mask.ts';
import type { Session } from '../engine/session.ts';
import { DuplexError } from '../shared/errors.ts';
import { withDelayedProgress } from './delayedProgress.ts';
import { detach } from './detach.ts';
import { missingHeaders } from './missingHeaders.ts';
import { inertText } from './inertText.ts';
import { requireTrust } from './trust.ts';

function connectsWithout(name: string, missing: readonly string[]): string {
  return l10n.t(
    '{0} connects without {1}: secrets are not recorded. Where the server needs them, connect anew with these headers.',
    name,
    missing.join(', '),
  );
}

/** Milliseconds that connecting may take before it shows progress. */
const PROGRESS_DELAY = 1_000;

/**
 * Connects a session that exists, with progress and Cancel where it takes long.
 * @throws DuplexError the reason why there is no connection; `call.cancelled` where the user gave up
 */
export async function connectSession(session: Session, log: LogOutputChannel): Promise<void> {
  requireTrust();
  if (session.options.url.includes(MASK))
    throw new DuplexError(
      'call.invalid',
      l10n.t('The secret in the URL of this session was not recorded: connect anew with the whole URL.'),
    );
  const { name, url } = session.summary;
  const missing = missingHeaders(session, log);
  if (missing.length > 0) detach(window.showWarningMessage(inertText(connectsWithout(name, missing))), log);
  log.info(`Connecting to ${url}`);
  if (session.options.insecure) log.warn(`The certificate of ${url} is not verified.`);
  await withDelayedProgress(
    {
      title: l10n.t('Connecting to {0}', name),
      delay: PROGRESS_DELAY,
      cancel: () => detach(session.disconnect(), log),
    },
    () => session.connect(),
  );
}
