import type { Writable } from 'node:stream';

/** Characters that are put together before they are written: a write for each line would cost most of the rate. */
const BATCH_CHARS = 64 * 1024;

/** Standard output, with its back-pressure. */
export interface Output {
  write(text: string): void;
  /** Whether the reader is behind: nothing more should be written before `drained`. */
  readonly full: boolean;
  /** Resolves when the reader has caught up, or is gone. */
  drained(): Promise<void>;
  /** Resolves when all that was written is out, or the reader is gone. */
  flush(): Promise<void>;
}

export interface OutputHooks {
  /**
   * Nothing can be written any more: the reader closed its end, which ends a command quietly, or there is an error,
   * such as a full disk. Told once; what is written afterwards goes nowhere.
   */
  readonly onGone: (error: Error | undefined) => void;
  /** What is really written for a batch of lines; the lines themselves unless given. */
  readonly decorate?: (text: string) => string;
}

export function createOutput(stream: Writable, { onGone, decorate = (text) => text }: OutputHooks): Output {
  let pending = '';
  let scheduled: NodeJS.Immediate | undefined;
  let full = false;
  let gone = false;
  const waiting: (() => void)[] = [];

  const settle = (): void => {
    full = false;
    for (const resolve of waiting.splice(0)) resolve();
  };
  stream.on('drain', settle);
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (gone) return;
    gone = true;
    settle();
    onGone(error.code === 'EPIPE' ? undefined : error);
  });

  const hand = (): void => {
    clearImmediate(scheduled);
    scheduled = undefined;
    if (gone || pending === '') return;
    const text = decorate(pending);
    pending = '';
    if (!stream.write(text)) full = true;
  };

  return {
    write(text) {
      if (gone) return;
      pending += text;
      if (pending.length >= BATCH_CHARS) hand();
      else scheduled ??= setImmediate(hand);
    },
    get full() {
      return full;
    },
    drained: () => (full ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
    flush() {
      hand();
      if (gone) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.push(resolve);
        // After an error, its event tells of it first, and resolves this as well.
        stream.write('', (error) => {
          if (!error) resolve();
        });
      });
    },
  };
}
