import type { RowSet } from '../shared/timelineProtocol.ts';
import type { IndexRow } from './layout.ts';
import type { RecordingReader } from './reader.ts';

/** Rows that are read at a time, at most. */
const PAGE_ROWS = 2_000;

/** Rows between two that are wanted which are read on the way from one to the other, and left out. */
const GAP_ROWS = 8;

export interface PayloadRow {
  readonly seq: number;
  readonly row: IndexRow;
  readonly payload: Uint8Array;
}

/** The rows of a set with their whole stored payloads, in pages of some megabytes. Ends where the recording does. */
export function* rowPages(reader: RecordingReader, set: RowSet): Generator<PayloadRow[]> {
  const count = 'numbers' in set ? set.numbers.length : set.end - set.from;
  const numberAt = (i: number): number => ('numbers' in set ? set.numbers[i]! : set.from + i);
  for (let i = 0; i < count;) {
    const first = numberAt(i);
    let next = i + 1;
    while (
      next < count &&
      numberAt(next) - first < PAGE_ROWS &&
      numberAt(next) - numberAt(next - 1) <= GAP_ROWS
    )
      next++;
    const page = reader.page(first, numberAt(next - 1) - first + 1);
    if (page.length === 0) return;
    const rows: PayloadRow[] = [];
    // Fewer than were asked for, where they are large.
    for (; i < next && numberAt(i) - first < page.length; i++)
      rows.push({ seq: numberAt(i), ...page[numberAt(i) - first]! });
    yield rows;
  }
}
