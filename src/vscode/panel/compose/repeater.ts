import { DuplexError } from '../../../shared/errors.ts';
import type { RepeatProgress } from '../../../shared/panelProtocol.ts';

/** Sends one message repeatedly. */
export interface Repeater {
  /** The progress; undefined while nothing is repeated. */
  readonly progress: RepeatProgress | undefined;
  /**
   * Calls `send` a number of times, each `interval` milliseconds after the start of the previous call, but not before
   * that has ended. Resolves when all calls are done or it is stopped; rejects with the first failure.
   */
  start(send: () => Promise<void>, times: number, interval: number): Promise<void>;
  stop(): void;
}

/** @param onChange called when `progress` changed */
export function createRepeater(onChange: () => void): Repeater {
  let progress: RepeatProgress | undefined;
  let wake: (() => void) | undefined;
  let isStopped = false;

  const sleep = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  return {
    get progress() {
      return progress;
    },
    async start(send, times, interval) {
      if (progress)
        throw new DuplexError('call.invalid', 'A message is being repeated already: stop it first.');
      isStopped = false;
      try {
        for (let sent = 0; sent < times && !isStopped; sent++) {
          progress = { sent, times };
          onChange();
          const due = performance.now() + interval;
          await send();
          progress = { sent: sent + 1, times };
          onChange();
          // At least one turn of the event loop, so that a stop takes effect.
          if (sent + 1 < times && !isStopped) await sleep(Math.max(0, due - performance.now()));
        }
      } finally {
        progress = undefined;
        wake = undefined;
        onChange();
      }
    },
    stop() {
      isStopped = true;
      wake?.();
    },
  };
}
