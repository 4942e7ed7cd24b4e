import { MAX_PULL } from '../../../shared/limits.ts';
import type { Engine } from '../../../engine/engine.ts';
import type { Session } from '../../../engine/session.ts';

/** Enough to know the shapes of a conversation, few enough to read while somebody types. */
const MAX_MESSAGES = 50;
const MAX_BYTES = 64 * 1024;

let jobs = 0;

/** The last texts that a session received, the newest first; large ones are left out. */
export async function seenMessages(engine: Engine, session: Session): Promise<string[]> {
  const { folder, rows } = session;
  if (folder === undefined) return [];
  const from = Math.max(0, rows - MAX_PULL / 4);
  const received = (await session.readRows(from, rows - from))
    .filter(({ kind, direction, stored }) => kind === 'text' && direction === 'in' && stored <= MAX_BYTES)
    .reverse()
    .slice(0, MAX_MESSAGES);
  const decoder = new TextDecoder();
  return Promise.all(
    received.map(async ({ seq }) =>
      decoder.decode(await engine.query.readPayload(`language-${++jobs}`, folder, seq)),
    ),
  );
}
