import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import type { Session } from '../../engine/session.ts';
import { toDuplexError } from '../../shared/errors.ts';
import type { OutgoingMessage } from '../../shared/session.ts';
import type { AutoExit } from './autoExit.ts';
import type { Output } from '../output/output.ts';

/** Bytes on their way to the kernel beyond which no more input is read. */
export const HIGH_WATER = 1024 * 1024;

/** What `--send` and `--send-file` ask for, in the order of the command line. */
export type Outgoing = { readonly text: string } | { readonly file: string };

export interface SendInput {
  readonly session: Session;
  readonly outgoing: readonly Outgoing[];
  readonly lines: AsyncIterable<Uint8Array>;
  readonly autoExit: AutoExit;
  readonly output: Output;
  /** Something of the input was not sent. */
  readonly onProblem: (sentence: string) => void;
}

/**
 * Sends all that is to be sent, as fast as the server and the reader of the output take it.
 * @returns whether it was; if not, the connection ended before
 * @throws the error of a standard input that cannot be read
 */
export async function sendInput({
  session,
  outgoing,
  lines,
  autoExit,
  output,
  onProblem,
}: SendInput): Promise<boolean> {
  let isCut = false;
  let last: Promise<void> = Promise.resolve();
  const send = async (message: OutgoingMessage): Promise<void> => {
    if (output.full) await output.drained();
    const release = autoExit.busy();
    last = deliver(session, message)
      .then((isSent) => {
        if (isSent) autoExit.sent();
        else isCut = true;
      })
      .finally(release);
    if (session.bufferedAmount > HIGH_WATER || session.state !== 'open') await last;
  };

  const release = autoExit.busy();
  for (const item of outgoing) {
    if (isCut) break;
    const message = await messageOf(item, onProblem);
    if (message) await send(message);
  }
  release();
  let number = 0;
  try {
    for await (const data of lines) {
      if (isCut) return false;
      number++;
      if (isUtf8(data)) await send({ kind: 'text', data });
      else
        onProblem(
          `Line ${number} of the input is not valid UTF-8 and was not sent: send it with --send-file.`,
        );
    }
  } catch (error) {
    // The end of the connection closes the input too: what could not be sent is then the reason, not the input.
    await last;
    if (isCut) return false;
    throw error;
  }
  await last;
  return !isCut;
}

/** @returns false where the connection ended for good before it left: its own rows tell why */
async function deliver(session: Session, message: OutgoingMessage): Promise<boolean> {
  for (;;) {
    try {
      await session.send(message);
      return true;
    } catch (error) {
      // Refused as a whole: nothing of it has left, and a reconnect takes it.
      if (toDuplexError(error).code !== 'call.invalid' || !(await opensAgain(session))) return false;
    }
  }
}

/** Resolves when another connection is open, or there is none to come. */
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

async function messageOf(
  item: Outgoing,
  onProblem: SendInput['onProblem'],
): Promise<OutgoingMessage | undefined> {
  if ('text' in item) return { kind: 'text', data: Buffer.from(item.text) };
  try {
    return { kind: 'binary', data: await readFile(item.file) };
  } catch (error) {
    onProblem(`${item.file} was not sent: ${(error as Error).message}.`);
    return undefined;
  }
}
