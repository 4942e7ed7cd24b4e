import { TIMELINE_TEXT } from './timelineTexts.ts';

/** A destination: the number of a row, or a time in microseconds since the session began. */
export type GoTo = { readonly seq: number } | { readonly time: number };

export interface GoToContext {
  /** The first shown row, and the total number of rows. */
  readonly firstRow: number;
  readonly rows: number;
  /** Wall-clock start of the session in milliseconds since the epoch. */
  readonly startedAt: number;
}

const UNITS: Readonly<Record<string, number>> = {
  us: 1,
  µs: 1,
  ms: 1_000,
  s: 1_000_000,
  '': 1_000_000,
  min: 60_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
};

/** A time of day that is at most this many microseconds before the start means that time, not the next day's. */
const BEFORE_START = UNITS['h']!;

/**
 * Parses a row number (`#1204329` or `1204329`), a time of day as in the time column (`12:01:07.5`), or a time since
 * the start (`+3.2s`).
 * @returns the destination, or a sentence that says what is wrong
 */
export function parseGoTo(typed: string, context: GoToContext): GoTo | string {
  const text = typed.trim();
  const number = /^#?\s*(\d{1,15})$/.exec(text);
  if (number) return bySeq(Number(number[1]), context);
  const since = /^\+\s*(\d+(?:\.\d+)?)\s*(us|µs|ms|s|min|m|h|)$/i.exec(text);
  if (since) return { time: Math.round(Number(since[1]) * UNITS[since[2]!.toLowerCase()]!) };
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d{1,6})?))?$/.exec(text);
  if (clock) return byClock(Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0), context);
  return TIMELINE_TEXT.goToProblem;
}

function bySeq(seq: number, { firstRow, rows }: GoToContext): GoTo | string {
  if (rows <= firstRow) return TIMELINE_TEXT.goToNothing;
  if (seq < firstRow || seq >= rows) return TIMELINE_TEXT.goToRange(seq, firstRow, rows - 1);
  return { seq };
}

function byClock(hours: number, minutes: number, seconds: number, context: GoToContext): GoTo | string {
  if (hours > 23 || minutes > 59 || seconds >= 60) return TIMELINE_TEXT.goToProblem;
  const at = (days: number): number => {
    const day = new Date(context.startedAt);
    day.setHours(0, 0, 0, 0);
    day.setDate(day.getDate() + days);
    day.setHours(hours, minutes);
    return Math.round((day.getTime() - context.startedAt) * 1000 + seconds * 1_000_000);
  };
  const today = at(0);
  // A session may run past midnight.
  return { time: today < -BEFORE_START ? at(1) : Math.max(0, today) };
}
