import type { LineRow } from '../read/rowDetail.ts';

/** Writes rows of a recording as a text file, in order, in bounded memory. */
export interface RowExporter {
  row(row: LineRow, payload: Uint8Array): Iterable<string>;
  /** What follows the last row. */
  end(): Iterable<string>;
}
