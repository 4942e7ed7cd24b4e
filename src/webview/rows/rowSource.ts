import type { Hit } from '../../shared/queryProtocol.ts';
import type { Row } from '../../shared/timeline.ts';

/** A row, with the matches in its preview if a search found it. */
export type ShownRow = Row & Partial<RowMarks>;

/** The matches in a row's text. */
export type RowMarks = Pick<Hit, 'marks' | 'inSummary'>;

/** The rows of a list by index, in ascending order of their numbers. */
export interface RowSource {
  /** Identifies the list. In a list with another key, the same index may be another row. */
  readonly key: string;
  readonly length: number;
  /** The search that found the rows; undefined for all rows. */
  readonly search?: string;
  pull(from: number, count: number): Promise<readonly ShownRow[]>;
  /** Index of the first row with this number or a greater one. */
  position(seq: number): number | Promise<number>;
  /** Number of the row at an index, if it is known without pulling the row. */
  seqAt(index: number): number | undefined;
  /** Whether the list is complete up to row `seq`, so that it is certain whether the list contains that row. */
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

/** Every row from `firstRow` on. `rows` includes the rows that Clear hides. `protocol` decodes the rows. */
export function allRows(
  rows: number,
  firstRow: number,
  pull: (from: number, count: number) => Promise<readonly Row[]>,
  protocol = '',
): RowSource {
  const length = Math.max(0, rows - firstRow);
  return {
    key: `all from ${firstRow} ${protocol}`.trimEnd(),
    length,
    pull: (from, count) => pull(firstRow + from, count),
    position: (seq) => Math.min(Math.max(0, seq - firstRow), length),
    seqAt: (index) => firstRow + index,
    covers: () => true,
  };
}

/** A search whose hits are marked among other rows. */
export interface MarkSource {
  readonly key: string;
  /** Number of scanned rows. The answer for a scanned row is final. */
  readonly scanned: number;
  covers(seq: number): boolean;
  hitsBetween(from: number, end: number): Promise<readonly Hit[]>;
}

/** The part of a search that a list of its hits needs. */
export interface FoundRows {
  readonly name: string;
  readonly length: number;
  covers(seq: number): boolean;
  hits(from: number, count: number): Promise<readonly ShownRow[]>;
  position(seq: number): Promise<number>;
}

/** The hits of a search so far. */
export function foundRows(search: FoundRows): RowSource {
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
