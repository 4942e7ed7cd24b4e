import type { Mark } from '../../shared/queryProtocol.ts';
import type { Row } from '../../shared/timeline.ts';
import type { RemoteSearch } from '../search/remoteSearch.ts';

/** A row that may have been found by a search, with what matches in its preview. */
export type ShownRow = Row & { readonly marks?: readonly Mark[] };

/** What a list shows: rows by their place in it, in ascending order of their numbers. */
export interface RowSource {
  /** Of another key, the same place may hold another row. */
  readonly key: string;
  readonly length: number;
  /** The search that found them, where they are not all rows. */
  readonly search?: string;
  pull(from: number, count: number): Promise<readonly ShownRow[]>;
  /** Place of the first row with this number or a greater one. */
  position(seq: number): number | Promise<number>;
  /** Number of the row at a place, where that is known without pulling it. */
  seqAt(index: number): number | undefined;
  /** Whether it is known if row `seq` is among them. */
  covers(seq: number): boolean;
}

export const NO_ROWS: RowSource = {
  key: '',
  length: 0,
  pull: async () => [],
  position: () => 0,
  seqAt: () => undefined,
  covers: () => true,
};

/** Every row from `firstRow` on; `rows` counts those that a clear hides as well. */
export function allRows(
  rows: number,
  firstRow: number,
  pull: (from: number, count: number) => Promise<readonly Row[]>,
): RowSource {
  const length = Math.max(0, rows - firstRow);
  return {
    key: `all from ${firstRow}`,
    length,
    pull: (from, count) => pull(firstRow + from, count),
    position: (seq) => Math.min(Math.max(0, seq - firstRow), length),
    seqAt: (index) => firstRow + index,
    covers: () => true,
  };
}

/** The rows that a search has found so far. */
export function foundRows(search: RemoteSearch): RowSource {
  return {
    key: search.name,
    search: search.name,
    length: search.length,
    pull: (from, count) => search.hits(from, count),
    position: (seq) => search.position(seq),
    seqAt: () => undefined,
    covers: (seq) => search.covers(seq),
  };
}
