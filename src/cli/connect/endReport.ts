import { setTimeout as delay } from 'node:timers/promises';
import type { PartialMessage } from '../../core/frames/frameScanner.ts';
import type { ExitReason } from './autoExit.ts';
import type { Outbox } from './outbox.ts';
import type { Source } from './sendInput.ts';

/**
 * Maximum milliseconds for counting the rest of the input after the connection ended, and milliseconds without a line
 * after which counting stops.
 */
const COUNT_LIMIT = 500;
const COUNT_PAUSE = 50;

/** Counts the messages that were not sent because the connection ended first. */
export interface UnsentCount {
  add(source: Source): void;
  /** Resolves when the input is over or pauses. */
  settled(inputOver: Promise<unknown>): Promise<void>;
  /** One sentence with the counts; undefined if everything was sent. */
  sentence(): string | undefined;
}

export function createUnsentCount(): UnsentCount {
  const counts: Record<Source, number> = { option: 0, line: 0 };
  const total = (): number => counts.option + counts.line;
  let isWhole = false;
  return {
    add(source) {
      counts[source]++;
    },
    async settled(inputOver) {
      const over = inputOver.then(() => (isWhole = true));
      for (let waited = 0, before = -1; waited < COUNT_LIMIT; waited += COUNT_PAUSE) {
        before = total();
        await Promise.race([over, delay(COUNT_PAUSE)]);
        if (isWhole || total() === before) return;
      }
    },
    sentence() {
      if (total() === 0) return undefined;
      const parts = [
        ...(counts.option > 0 ? [counted(counts.option, 'message')] : []),
        ...(counts.line > 0 ? [`${counted(counts.line, 'line')} of the input`] : []),
      ];
      const more = isWhole ? '' : 'At least ';
      return `${more}${parts.join(' and ')} ${total() === 1 ? 'was' : 'were'} not sent: the connection ended first.`;
    },
  };
}

/** A sentence about the sent messages that the close of this side cut off; undefined if none was leaving. */
export function cutOffSentence({ messages, bytes }: Outbox['unsent']): string | undefined {
  if (messages === 0) return undefined;
  return (
    `${counted(messages, 'message')} with ${bytes} bytes ${messages === 1 ? 'was' : 'were'} not sent completely: ` +
    'the server does not read.'
  );
}

/** A sentence about a message that was only partly received before the connection was closed. */
export function partialSentence({ received, size, compressed }: PartialMessage): string {
  const bytes = compressed ? 'compressed bytes' : 'bytes';
  const part = size === undefined ? `${received} ${bytes}` : `${received} of ${size} ${bytes}`;
  return `A message was still arriving when the connection was closed: ${part} came.`;
}

/** The reason why the connection was closed automatically, if that may have cut off an answer. */
export function autoCloseSentence({ by, mayBeMore }: ExitReason): string | undefined {
  if (by !== 'silence' || !mayBeMore) return undefined;
  return 'Closed after 1 s without a message: use --wait 10s to wait longer for an answer.';
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
