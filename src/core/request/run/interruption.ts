import { DuplexError, toDuplexError } from '../../../shared/errors.ts';
import { durationText } from './durationText.ts';

/** Ends a run from outside: by its signal or its time limit. */
export interface Interruption {
  /** Settles as the promise does, or rejects as soon as the run is to end. */
  race<T>(promise: Promise<T>): Promise<T>;
  /** Resolves after this many milliseconds. */
  sleep(milliseconds: number): Promise<void>;
  /** @throws DuplexError `call.cancelled` or `call.timeout` if the run is to end */
  check(): void;
  /** Ends the run from within. */
  cancel(): void;
  /** Releases the signal and the timer. */
  end(): void;
}

/**
 * @param timeout milliseconds
 * @param now the clock that `check` reads: a timer cannot fire while conditions are judged
 */
export function createInterruption(
  signal: AbortSignal | undefined,
  timeout: number | undefined,
  now: () => number,
): Interruption {
  let reason: DuplexError | undefined;
  const rejects = new Set<(reason: DuplexError) => void>();
  const interrupt = (error: DuplexError): void => {
    reason ??= error;
    for (const reject of rejects) reject(reason);
    rejects.clear();
  };
  const cancel = (): void => interrupt(new DuplexError('call.cancelled', 'The run was cancelled.'));
  const deadline = timeout === undefined ? Infinity : now() + timeout;
  const expire = (): void => interrupt(new DuplexError('call.timeout', timeoutMessage(timeout!)));
  const timer = timeout === undefined ? undefined : setTimeout(expire, timeout);
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel, { once: true });

  const race = <T>(promise: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      if (reason) {
        promise.catch(() => undefined); // the caller gets the reason of the end instead
        reject(reason);
        return;
      }
      rejects.add(reject);
      promise.then(
        (value) => {
          rejects.delete(reject);
          resolve(value);
        },
        (error: unknown) => {
          rejects.delete(reject);
          reject(error instanceof Error ? error : toDuplexError(error));
        },
      );
    });
  return {
    race,
    cancel,
    sleep(milliseconds) {
      let stop = (): void => undefined;
      const slept = new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        stop = () => clearTimeout(timer);
      });
      return race(slept).finally(() => stop());
    },
    check() {
      if (now() >= deadline) expire();
      if (reason) throw reason;
    },
    end() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    },
  };
}

function timeoutMessage(milliseconds: number): string {
  return `The request took longer than ${durationText(milliseconds)}, which is all that a request may take in this run: allow more, or find out which step waits.`;
}
