import type { RecordingReader } from './reader.ts';

/**
 * Number of the first of the first `rows` rows at or after a time in microseconds; `rows` where none is. By halving: times
 * ascend.
 */
export function rowAtTime(reader: RecordingReader, time: number, rows: number): number {
  let low = 0;
  let high = rows;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (reader.row(middle).time < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
