import { l10n } from 'vscode';
import type { Session } from '../engine/session.ts';
import { connectSession } from './connectSession.ts';
import type { ConnectRequest } from './connectArguments.ts';
import { detach } from './detach.ts';
import { report } from './report.ts';
import type { Services } from './services.ts';
import { withSettings } from './settings.ts';
import { requireTrust } from './trust.ts';

/**
 * Makes a session, shows its panel and connects it.
 * @returns the session once the attempt is over; its state tells how it went, and the user was told
 * @throws DuplexError `url.invalid`, `call.invalid` where there is nothing to connect to, or no trust
 */
export async function openSession(
  services: Services,
  { options, name, keep = true }: ConnectRequest,
): Promise<Session> {
  requireTrust();
  const session = services.engine.create(
    withSettings(options),
    name === undefined ? { keep } : { name, keep },
  );
  services.panels.show(session);
  // A list of URLs that cannot be stored keeps nobody from connecting.
  detach(services.recent.add(session.summary.url), services.log);
  await connectAndReport(services, session);
  return session;
}

/** Connects a session that exists. A visible panel shows a failure itself; else a notification does. */
export async function connectAndReport(services: Services, session: Session): Promise<void> {
  try {
    await connectSession(session, services.log);
  } catch (error) {
    // What kept it from even trying is no part of the session.
    if (session.summary.error !== undefined && services.panels.isVisible(session)) return;
    report(error, services.log, [
      { label: l10n.t('Show Session'), run: () => services.panels.show(session) },
      { label: l10n.t('Retry'), run: () => connectAndReport(services, session) },
    ]);
  }
}
