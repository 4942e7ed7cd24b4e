import { clock, delta, elapsed } from '../text/figures.ts';

/** The content of the time column: the time of day, or the time since the start, the row above or a marked row. */
export const TIME_MODES = ['clock', 'start', 'previous', 'mark'] as const;
export type TimeMode = (typeof TIME_MODES)[number];

/** The row from which times are counted. */
export interface TimeZero {
  readonly seq: number;
  /** Microseconds since the session began. */
  readonly time: number;
}

/** How the time column shows times. */
export interface TimeColumn {
  readonly mode: TimeMode;
  /** If undefined, mode `mark` counts from the start. */
  readonly zero: TimeZero | undefined;
  /** Wall-clock start of the session in milliseconds since the epoch. */
  readonly startedAt: number;
}

/** The visible span, in microseconds since the session began. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** Minimum pause in microseconds before a row that is marked. */
const PAUSE = 1_000_000;

/**
 * @param time the time of a row, in microseconds since the session began
 * @param previous the time of the row above, if known
 */
export function timeText({ mode, zero, startedAt }: TimeColumn, time: number, previous?: number): string {
  switch (mode) {
    case 'clock':
      return clock(startedAt, time);
    case 'start':
      return elapsed(time);
    case 'mark':
      return elapsed(time - (zero?.time ?? 0));
    case 'previous':
      return previous === undefined ? '' : delta(time - previous);
  }
}

/** The pause before a row as text, if it is long enough to be marked. */
export function pauseText(time: number, previous: number | undefined): string | undefined {
  if (previous === undefined || time - previous < PAUSE) return undefined;
  const seconds = (time - previous) / 1_000_000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  return `${Math.round(minutes / 60)} h`;
}
