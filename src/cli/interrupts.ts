import { DuplexError } from '../shared/errors.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Handles Ctrl+C and termination signals. The first signal is graceful, the second immediate; later ones have the
 * default of the system.
 * @returns a function that counts as a signal, for Ctrl+C as a key in raw mode
 */
export function onInterrupts(first: () => void, second: () => void): () => void {
  let count = 0;
  const interrupt = (): void => {
    count++;
    if (count === 1) return first();
    for (const signal of SIGNALS) process.off(signal, interrupt);
    if (count === 2) second();
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  return interrupt;
}

/**
 * Runs work that writes files. After the first interrupt, it must soon throw the reason of the signal and remove the
 * files that it wrote. The second interrupt is ignored, because npx repeats the one that the terminal has already sent;
 * the third ends the program.
 * @param what begins the sentence of the error, such as `The export`
 * @throws DuplexError `call.cancelled` from the signal, and the errors of `write`
 */
export function unlessInterrupted<T>(what: string, write: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopping = new AbortController();
  onInterrupts(
    () => stopping.abort(new DuplexError('call.cancelled', `${what} was cancelled: nothing is written.`)),
    () => undefined,
  );
  return write(stopping.signal);
}
