import type { Session } from '../../engine/session.ts';
import { toDuplexError } from '../../shared/errors.ts';
import type { OutgoingMessage } from '../../shared/session.ts';
import type { AutoExit } from './autoExit.ts';

/** Bytes on their way to the kernel at which reading the input stops. */
const HIGH_WATER = 1024 * 1024;

/** Sends the messages of `duplex connect`, and counts those that have not left. */
export interface Outbox {
  /**
   * Sends a message of the user. Resolves to false if the connection ends for good before the whole message has left.
   */
  send(message: OutgoingMessage): Promise<boolean>;
  /** Echoes a message. While the server does not read, this side stops reading from it. */
  echo(message: OutgoingMessage): Promise<void>;
  /** Whether the server is so far behind that reading the input should stop. */
  readonly full: boolean;
  /** Messages that the socket has received and that have not left completely. */
  readonly unsent: { readonly messages: number; readonly bytes: number };
}

export function createOutbox(session: Session, autoExit: AutoExit): Outbox {
  let messages = 0;
  let bytes = 0;

  /** @returns whether the message left; `refused` if there is no open connection, so that nothing was sent */
  const attempt = async (message: OutgoingMessage): Promise<boolean | 'refused'> => {
    const count = (by: 1 | -1): void => {
      messages += by;
      bytes += by * message.data.length;
    };
    count(1);
    try {
      await session.send(message);
      count(-1);
      return true;
    } catch (error) {
      if (toDuplexError(error).code !== 'call.invalid') return false;
      count(-1);
      return 'refused';
    }
  };

  return {
    async send(message) {
      const release = autoExit.sending();
      let isSent: boolean | 'refused' = false;
      do isSent = await attempt(message);
      while (isSent === 'refused' && (await opensAgain(session)));
      release(isSent === true);
      return isSent === true;
    },
    async echo(message) {
      const release = autoExit.sending();
      const sent = attempt(message);
      const resume = session.bufferedAmount > HIGH_WATER ? session.hold() : undefined;
      // Messages that arrive while the connection ends are not echoed: the next rows report the end.
      release((await sent) === true);
      resume?.();
    },
    get full() {
      return session.bufferedAmount > HIGH_WATER || session.state !== 'open';
    },
    get unsent() {
      return { messages, bytes };
    },
  };
}

/** Resolves to true when another connection opens, and to false if none will follow. */
function opensAgain(session: Session): Promise<boolean> {
  return new Promise((resolve) => {
    let isGone = false;
    const stop = session.onDidChange(check);
    function check(): void {
      const { state } = session;
      const isOver = state === 'closed' || state === 'failed';
      isGone ||= state !== 'open';
      if (!isOver && !(isGone && state === 'open')) return;
      stop();
      resolve(!isOver);
    }
    check();
  });
}
