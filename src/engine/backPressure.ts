import type { NoteDetail } from '../shared/timeline.ts';

/** Milliseconds that reading may wait for the disk before the timeline reports it. */
const WORTH_TELLING = 1_000;

export interface BackPressureHooks {
  /** Pauses reading from the socket. @returns a function that resumes it */
  readonly hold: () => () => void;
  readonly note: (detail: NoteDetail) => void;
}

/**
 * Stops reading while the disk is behind, and reports it if it lasts.
 * @returns a callback; pass whether the disk is behind
 */
export function createBackPressure({ hold, note }: BackPressureHooks): (behind: boolean) => void {
  let release: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let toldSince: number | undefined;

  const begin = (): void => {
    const since = performance.now();
    release = hold();
    timer = setTimeout(() => {
      toldSince = since;
      note({
        note: 'back-pressure',
        text: 'The disk is behind: nothing more is read from the server until it has caught up.',
      });
    }, WORTH_TELLING);
    timer.unref();
  };
  const end = (): void => {
    clearTimeout(timer);
    release?.();
    release = undefined;
    if (toldSince === undefined) return;
    const seconds = ((performance.now() - toldSince) / 1000).toFixed(1);
    toldSince = undefined;
    note({
      note: 'back-pressure',
      text: `The disk has caught up: reading goes on after ${seconds} s.`,
    });
  };
  return (behind) => {
    if (behind && release === undefined) begin();
    else if (!behind) end();
  };
}
