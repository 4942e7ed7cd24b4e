import type { Writable } from 'node:stream';

/** Characters collected before a write, because one write per line would cost most of the throughput. */
const BATCH_CHARS = 64 * 1024;

/** Maximum characters handed to the stream at once. Node refuses a write whose bytes might exceed 2 GiB (ENOBUFS). */
const MAX_WRITE_CHARS = 4 * 1024 * 1024;

/** Standard output with back-pressure. */
export interface Output {
  /** Writes text or bytes. Bytes are not copied: pass a copy if they may change later. */
  write(data: string | Uint8Array): void;
  /** Whether the reader is behind. If so, wait for `drained` before writing more. */
  readonly full: boolean;
  /** Whether writing is no longer possible. */
  readonly gone: boolean;
  /** Resolves when the reader has caught up or is gone. */
  drained(): Promise<void>;
  /** Resolves when everything is written, or the reader is gone. */
  flush(): Promise<void>;
}

export interface OutputHooks {
  /**
   * Called once when writing is no longer possible. Without an error, the reader closed its end, which ends a command
   * quietly; an error is, for example, a full disk. Later writes are dropped.
   */
  readonly onGone: (error: Error | undefined) => void;
  /** Returns the text to write for a batch of lines. Default: the lines themselves. */
  readonly decorate?: (text: string) => string;
}

/**
 * Batches small writes and keeps one write in flight while the reader is behind. The stream would join all waiting data
 * in one system call, which Node refuses above 2 GiB: a message of 760 MiB as JSON exceeds that.
 */
export function createOutput(stream: Writable, { onGone, decorate = (text) => text }: OutputHooks): Output {
  let pending = '';
  let scheduled: NodeJS.Immediate | undefined;
  let isBehind = false;
  let isGone = false;
  const queue: (string | Uint8Array)[] = [];
  const waiting: (() => void)[] = [];

  const pump = (): void => {
    while (!isBehind && !isGone && queue.length > 0) isBehind = !stream.write(queue.shift());
    if (!isBehind) for (const resolve of waiting.splice(0)) resolve();
  };
  const onDrain = (): void => {
    isBehind = false;
    pump();
  };
  stream.on('drain', onDrain);
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (isGone) return;
    isGone = true;
    queue.length = 0;
    onDrain();
    onGone(error.code === 'EPIPE' ? undefined : error);
  });

  const submit = (): void => {
    clearImmediate(scheduled);
    scheduled = undefined;
    if (pending !== '') queue.push(...inParts(decorate(pending)));
    pending = '';
    pump();
  };
  const drained = (): Promise<void> =>
    isBehind ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve();

  return {
    write(data) {
      if (isGone) return;
      if (typeof data !== 'string') {
        submit();
        queue.push(data);
        pump();
        return;
      }
      pending += data;
      if (pending.length >= BATCH_CHARS) submit();
      else scheduled ??= setImmediate(submit);
    },
    get full() {
      return isBehind;
    },
    get gone() {
      return isGone;
    },
    drained,
    async flush() {
      submit();
      while (isBehind) await drained();
      if (isGone) return;
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        // After an error, the error event comes first and resolves this promise, too.
        stream.write('', (error) => {
          if (!error) resolve();
        });
      });
    },
  };
}

/** Splits a long text between two characters. */
function inParts(text: string): string[] {
  if (text.length <= MAX_WRITE_CHARS) return [text];
  const parts: string[] = [];
  for (let from = 0; from < text.length;) {
    let to = Math.min(from + MAX_WRITE_CHARS, text.length);
    if (to < text.length && isHighSurrogate(text.charCodeAt(to - 1))) to--;
    parts.push(text.slice(from, to));
    from = to;
  }
  return parts;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
