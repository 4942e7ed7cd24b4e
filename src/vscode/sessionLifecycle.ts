import { l10n } from 'vscode';
import type { LogOutputChannel } from 'vscode';
import { MASK, sessionName } from '../core/session/secrets/mask.ts';
import type { Engine } from '../engine/engine.ts';
import { lostHeaders } from '../engine/recordedSession.ts';
import { openRecording } from '../engine/recordingFile.ts';
import type { Session } from '../engine/session.ts';
import { toDuplexError } from '../shared/errors.ts';
import { askHeaders, askWholeUrl } from './askSecrets.ts';
import type { ConnectRequest } from './connectArguments.ts';
import { withDelayedProgress } from './delayedProgress.ts';
import { detach, report } from './report.ts';
import type { Services } from './services.ts';
import { withSettings } from './settings.ts';
import { requireTrust } from './trust.ts';

/**
 * Creates a session, shows its panel and connects it.
 * @returns the session once the attempt is over; its state is the result, and the user was shown a failure
 * @throws DuplexError `url.invalid`, `call.invalid` if there is no URL or the workspace is not trusted
 */
export async function openSession(services: Services, request: ConnectRequest): Promise<Session> {
  const session = createSession(services, request);
  services.panels.show(session);
  // A failure to store the list of URLs must not prevent the connection.
  detach(services.recent.add(session.summary.url, request.options), services.log);
  await connectAndReport(services, session);
  return session;
}

/**
 * Creates a session and shows its panel with the form of its options. Nothing connects until the user does.
 * @throws DuplexError as `openSession`
 */
export function prepareSession(services: Services, request: ConnectRequest): Session {
  const session = createSession(services, request);
  services.panels.edit(session);
  return session;
}

function createSession(
  { engine }: Pick<Services, 'engine'>,
  { options, name, keep = true }: ConnectRequest,
): Session {
  requireTrust();
  const session = engine.create(withSettings(options), name === undefined ? { keep } : { name, keep });
  makeNameUnique(engine, session);
  return session;
}

/**
 * Handles a change of a session's connection by the user: adds it to Recent, and renames the session after its URL
 * unless it was named explicitly.
 * @param before the previously shown URL
 */
export function connectionEdited(
  { engine, recent, log }: Pick<Services, 'engine' | 'recent' | 'log'>,
  session: Session,
  before: string,
): void {
  const { name, url } = session.summary;
  if (url !== before && name.replace(/ \(\d+\)$/, '') === sessionName(before)) {
    session.rename(sessionName(url));
    makeNameUnique(engine, session);
  }
  detach(recent.add(url, session.options), log);
}

/**
 * A name that is not taken: `name`, `name (2)`, `name (3)`, … A copy of `name (2)` is `name (3)`, not `name (2) (2)`.
 */
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
export function makeNameUnique(engine: Pick<Engine, 'sessions'>, session: Session): void {
  const { name } = session.summary;
  const others = engine.sessions.filter((each) => each !== session);
  const unique = uniqueName(
    name,
    others.map(({ summary }) => summary.name),
  );
  if (unique !== name) session.rename(unique);
}

/** Connects an existing session. A visible panel shows a failure itself; otherwise a notification does. */
export async function connectAndReport(services: Services, session: Session): Promise<void> {
  try {
    await connectSession(session, services.log, () => services.panels.isVisible(session));
  } catch (error) {
    // A failure before the attempt is not recorded in the session.
    if (session.summary.error !== undefined && services.panels.isVisible(session)) return;
    report(error, services.log, [
      { label: l10n.t('Show Session'), run: () => services.panels.show(session) },
      { label: l10n.t('Retry'), run: () => connectAndReport(services, session) },
    ]);
  }
}

/**
 * Asks for the secrets that a recording masks, so that the session does not connect without them.
 * @throws DuplexError `call.cancelled` if the user cancels
 */
async function completeSecrets(session: Session, log: LogOutputChannel): Promise<void> {
  const { url, headers, subprotocols } = session.options;
  if (url.includes(MASK)) session.reconfigure({ url: await askWholeUrl(url) });
  const given = await askHeaders(session.summary.name, missingHeaders(session, log), 'recording');
  if (given.headers.length > 0) session.reconfigure({ headers: [...headers, ...given.headers] });
  if (given.subprotocols.length > 0)
    session.reconfigure({ subprotocols: [...subprotocols, ...given.subprotocols] });
}

/** Milliseconds after which connecting shows progress. */
const PROGRESS_DELAY = 1_000;

/**
 * Connects an existing session, with progress and Cancel if it takes long and no panel shows it.
 * @param isVisible whether the session's panel is visible
 * @throws DuplexError the reason why the connection failed; `call.cancelled` if the user cancelled
 */
export async function connectSession(
  session: Session,
  log: LogOutputChannel,
  isVisible: () => boolean,
): Promise<void> {
  requireTrust();
  await completeSecrets(session, log);
  const { name, url } = session.summary;
  log.info(`Connecting to ${url}`);
  if (session.options.insecure) log.warn(`The certificate of ${url} is not verified.`);
  await withDelayedProgress(
    {
      title: l10n.t('Connecting to {0}', name),
      delay: PROGRESS_DELAY,
      // A notification would cover the composer; the header of the panel shows the state and Stop.
      isWanted: () => !isVisible(),
      cancel: () => detach(session.disconnect(), log),
    },
    () => session.connect(),
  );
}

/** The headers that a session once connected with and no longer has, because recordings keep no secrets. */
export function missingHeaders(session: Session, log: LogOutputChannel): string[] {
  // A session that never connected is new and complete.
  if (session.folder === undefined || session.summary.state === 'idle') return [];
  try {
    const recording = openRecording(session.folder);
    try {
      return lostHeaders(recording.manifest, session.options);
    } finally {
      recording.close();
    }
  } catch (thrown) {
    // A failing disk does not prevent the connection.
    const { code, message } = toDuplexError(thrown);
    log.warn(`${code}: ${message}`);
    return [];
  }
}

/**
 * Disconnects a session. A closing session ends at once, because its server does not answer the close frame.
 * @returns once the session is closed
 */
export async function disconnectSession(
  session: Pick<Session, 'summary' | 'disconnect' | 'terminate'>,
): Promise<void> {
  if (session.summary.state === 'closing') session.terminate();
  await session.disconnect();
}

/** Removes a session from the list and closes its panel. Its recording stays under Recordings. */
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
