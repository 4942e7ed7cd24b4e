import type { Session } from '../engine/session.ts';

/**
 * Closes a session; one that is closing already, at once: its server does not answer the close frame. Resolves when it
 * is closed.
 */
export async function disconnectSession(
  session: Pick<Session, 'summary' | 'disconnect' | 'terminate'>,
): Promise<void> {
  if (session.summary.state === 'closing') session.terminate();
  await session.disconnect();
}
