import { isUtf8 } from 'node:buffer';
import { readLimited } from '../../files/limitedFile.ts';
import { byteCount } from '../../shared/byteCount.ts';
import { MAX_SENT_FILE_BYTES } from '../../shared/limits.ts';
import type { OutgoingMessage } from '../../shared/session.ts';
import type { Output } from '../output/output.ts';
import type { AutoExit } from './autoExit.ts';
import type { Outbox } from './outbox.ts';

/** The values of `--send` and `--send-file` in command line order. */
export type Outgoing = { readonly text: string } | { readonly file: string };

/** The source of a message: an option of the command line, or a line of standard input. */
export type Source = 'option' | 'line';

export interface SendInput {
  readonly outbox: Outbox;
  readonly outgoing: readonly Outgoing[];
  readonly lines: AsyncIterable<Uint8Array>;
  readonly autoExit: AutoExit;
  readonly output: Output;
  /** A part of the input cannot be sent. */
  readonly onProblem: (sentence: string) => void;
  /** The connection ended for good before a message of this source left. */
  readonly onUnsent: (source: Source) => void;
}

/**
 * Sends the options and then the input, as fast as the server and the reader of the output allow. After the end of the
 * connection, continues to read until the input is over or closed, to count unsent messages.
 * @throws the error of standard input if it cannot be read
 */
export async function sendInput(input: SendInput): Promise<void> {
  const { outbox, outgoing, lines, autoExit, output, onProblem, onUnsent } = input;
  let isOver = false;
  let last: Promise<void> = Promise.resolve();
  const send = async (message: OutgoingMessage, source: Source): Promise<void> => {
    if (isOver) return onUnsent(source);
    if (output.full) await output.drained();
    last = outbox.send(message).then((isSent) => {
      if (isSent) return;
      isOver = true;
      onUnsent(source);
    });
    if (outbox.full) await last;
  };

  // No message counts as the last one before all options are sent.
  let release = autoExit.busy();
  for (const item of outgoing) {
    const message = await messageOf(item, onProblem);
    const sent = message && send(message, 'option');
    release();
    await sent;
    release = autoExit.busy();
  }
  release();
  let number = 0;
  try {
    for await (const data of lines) {
      number++;
      if (isOver || isUtf8(data)) await send({ kind: 'text', data }, 'line');
      else
        onProblem(
          `Line ${number} of the input is not valid UTF-8 and was not sent: send it with --send-file.`,
        );
    }
  } finally {
    // The end of the connection closes the input too. An unsent message is then the cause, not the input.
    await last;
  }
}

async function messageOf(
  item: Outgoing,
  onProblem: SendInput['onProblem'],
): Promise<OutgoingMessage | undefined> {
  if ('text' in item) return { kind: 'text', data: Buffer.from(item.text) };
  try {
    const data = await readLimited(item.file, MAX_SENT_FILE_BYTES);
    if (data) return { kind: 'binary', data };
    onProblem(
      `${item.file} was not sent: it is larger than ${byteCount(MAX_SENT_FILE_BYTES)}, or has no end.`,
    );
    return undefined;
  } catch (error) {
    onProblem(`${item.file} was not sent: ${(error as Error).message}.`);
    return undefined;
  }
}
