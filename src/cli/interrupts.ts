import { DuplexError } from '../shared/errors.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Handles Ctrl+C and termination signals. First signal: graceful. Second: immediate. Then the default of the system.
 * @returns a function that counts as a signal: in raw mode the terminal sends Ctrl+C as a key
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
 * Runs work that writes files. It must throw the reason of the signal soon after the first interrupt and remove what it
 * wrote. The second interrupt is ignored, because npx passes on one that the terminal has already sent; the third ends
 * the program.
 * @param what begins the sentence of the error, as in `The export`
 * @throws DuplexError `call.cancelled` from the signal, and what `write` throws
 */
export function unlessInterrupted<T>(what: string, write: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopping = new AbortController();
  onInterrupts(
    () => stopping.abort(new DuplexError('call.cancelled', `${what} was cancelled: nothing is written.`)),
    () => undefined,
  );
  return write(stopping.signal);
}
