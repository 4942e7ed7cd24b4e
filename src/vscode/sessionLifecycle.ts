import { l10n, window } from 'vscode';
import type { LogOutputChannel } from 'vscode';
import { MASK } from '../core/session/secrets/mask.ts';
import type { Engine } from '../engine/engine.ts';
import { lostHeaders } from '../engine/recordedSession.ts';
import { openRecording } from '../engine/recordingFile.ts';
import type { Session } from '../engine/session.ts';
import { DuplexError, toDuplexError } from '../shared/errors.ts';
import type { ConnectRequest } from './connectArguments.ts';
import { withDelayedProgress } from './delayedProgress.ts';
import { inertText } from './inertText.ts';
import { detach, report } from './report.ts';
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
  nameApart(services.engine, session);
  services.panels.show(session);
  // A list of URLs that cannot be stored keeps nobody from connecting.
  detach(services.recent.add(session.summary.url), services.log);
  await connectAndReport(services, session);
  return session;
}

/** A name that nothing has: `name`, `name (2)`, `name (3)`, … A copy of `name (2)` is not `name (2) (2)`. */
export function uniqueName(name: string, taken: Iterable<string>): string {
  const names = new Set(taken);
  if (!names.has(name)) return name;
  const stem = name.replace(/ \(\d+\)$/, '');
  for (let number = 2; ; number++) {
    const candidate = `${stem} (${number})`;
    if (!names.has(candidate)) return candidate;
  }
}

/** Gives a new session a name that no other session of the window has. */
export function nameApart(engine: Pick<Engine, 'sessions'>, session: Session): void {
  const { name } = session.summary;
  const others = engine.sessions.filter((each) => each !== session);
  const unique = uniqueName(
    name,
    others.map(({ summary }) => summary.name),
  );
  if (unique !== name) session.rename(unique);
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

/** The headers that a session once connected with and no longer has, because recordings keep no secrets. */
export function missingHeaders(session: Session, log: LogOutputChannel): string[] {
  // One that never connected was made just now, with all that it needs.
  if (session.folder === undefined || session.summary.state === 'idle') return [];
  try {
    const recording = openRecording(session.folder);
    try {
      return lostHeaders(recording.manifest, session.options);
    } finally {
      recording.close();
    }
  } catch (thrown) {
    // A disk that fails does not keep the session from connecting.
    const { code, message } = toDuplexError(thrown);
    log.warn(`${code}: ${message}`);
    return [];
  }
}

/**
 * Disconnects a session. One that is closing already ends at once: its server does not answer the close frame.
 * @returns once the session is closed
 */
export async function disconnectSession(
  session: Pick<Session, 'summary' | 'disconnect' | 'terminate'>,
): Promise<void> {
  if (session.summary.state === 'closing') session.terminate();
  await session.disconnect();
}

/** Takes a session off the list, with its panel. Its recording stays under Recordings. */
export async function closeSession(
  {
    engine,
    panels,
  }: { readonly engine: Pick<Engine, 'remove'>; readonly panels: { close(session: Session): void } },
  session: Session,
): Promise<void> {
  panels.close(session);
  await engine.remove(session);
}
