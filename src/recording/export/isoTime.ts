import type { LineRow } from '../read/rowDetail.ts';

/** Returns a function that formats the time of a row as ISO 8601 in UTC, with microseconds. */
export function createRowTimes(startedAt: string): (row: Pick<LineRow, 'time'>) => string {
  const start = Date.parse(startedAt) * 1000;
  return ({ time }) => isoTime(start + time);
}

/** ISO 8601 in UTC, with microseconds. @param microseconds since the epoch */
export function isoTime(microseconds: number): string {
  const second = new Date(Math.floor(microseconds / 1_000_000) * 1000).toISOString().slice(0, 19);
  return `${second}.${String(microseconds % 1_000_000).padStart(6, '0')}Z`;
}
