import type { NoteDetail } from '../shared/timeline.ts';

/** Milliseconds that reading may be paused before the timeline reports it. */
const REPORT_AFTER = 1_000;

export interface BackPressureHooks {
  /** Pauses reading from the socket. @returns a function that resumes it */
  readonly hold: () => () => void;
  readonly note: (detail: NoteDetail) => void;
}

/**
 * Pauses reading from the socket while the disk is behind, and reports a long pause in the timeline.
 * @returns a callback; pass whether the disk is behind
 */
export function createBackPressure({ hold, note }: BackPressureHooks): (behind: boolean) => void {
  let release: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let reportedSince: number | undefined;

  const begin = (): void => {
    const since = performance.now();
    release = hold();
    timer = setTimeout(() => {
      reportedSince = since;
      note({
        note: 'back-pressure',
        text: 'The disk is behind: reading from the server pauses until the disk has caught up.',
      });
    }, REPORT_AFTER);
    timer.unref();
  };
  const end = (): void => {
    clearTimeout(timer);
    release?.();
    release = undefined;
    if (reportedSince === undefined) return;
    const seconds = ((performance.now() - reportedSince) / 1000).toFixed(1);
    reportedSince = undefined;
    note({
      note: 'back-pressure',
      text: `The disk has caught up: reading continues after ${seconds} s.`,
    });
  };
  return (behind) => {
    if (behind && release === undefined) begin();
    else if (!behind) end();
  };
}

/** Bytes waiting for the disk at which reading from the socket stops and resumes. */
const HOLD_ABOVE = 16 * 1024 * 1024;
const RELEASE_BELOW = 8 * 1024 * 1024;

/** Bytes that were sent to the record worker and are not on disk yet. */
export class DiskBacklog {
  #outstanding = 0;
  #behind = false;
  #waiting: (() => void)[] = [];

  /** @param onBehind whether the disk is behind: while true, stop reading from the socket */
  constructor(private readonly onBehind: (behind: boolean) => void) {}

  /** Resolves when the disk has caught up; undefined if it is not behind. Producers of rows wait for it. */
  caughtUp(): Promise<void> | undefined {
    if (!this.#behind) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  add(bytes: number): void {
    this.#outstanding += bytes;
    this.#setBehind(this.#behind || this.#outstanding > HOLD_ABOVE);
  }

  settle(bytes: number): void {
    this.#outstanding -= bytes;
    if (this.#outstanding < RELEASE_BELOW) this.#setBehind(false);
  }

  /** The worker ended, so none of its bytes are waiting any more. */
  clear(): void {
    this.#outstanding = 0;
    this.#setBehind(false);
  }

  #setBehind(behind: boolean): void {
    if (behind === this.#behind) return;
    this.#behind = behind;
    this.onBehind(behind);
    if (!behind) for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
