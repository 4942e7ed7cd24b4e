import type { Session } from '../../engine/session.ts';
import type { OutgoingMessage } from '../../shared/session.ts';
import type { AutoExit } from './autoExit.ts';
import { HIGH_WATER } from './sendInput.ts';

/** Sends a message back. From a server that sends but does not read, nothing more is read until it does. */
export async function echo(session: Session, message: OutgoingMessage, autoExit: AutoExit): Promise<void> {
  const release = autoExit.busy();
  const sent = session.send(message);
  const goOn = session.bufferedAmount > HIGH_WATER ? session.hold() : undefined;
  try {
    await sent;
    autoExit.sent();
  } catch {
    // What arrives while the connection ends has no echo: the rows that follow say how it ended.
  } finally {
    release();
    goOn?.();
  }
}
