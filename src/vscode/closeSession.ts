import type { Session } from '../engine/session.ts';
import type { Services } from './services.ts';

/** Takes a session off the list, with its panel; its recording stays under Recordings. */
export async function closeSession({ engine, panels }: Services, session: Session): Promise<void> {
  panels.close(session);
  await engine.remove(session);
}
