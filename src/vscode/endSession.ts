import type { Session } from '../engine/session.ts';
import type { Engine } from '../engine/engine.ts';

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
