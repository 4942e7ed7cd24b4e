import type { Counter } from './session.ts';

/** Rows from number `from` up to, but not including, `end`. */
export interface RowSpan {
  readonly from: number;
  readonly end: number;
}

/** Rows of a recording: a range, or the rows with these numbers, ascending. */
export type RowSet = RowSpan | { readonly numbers: Float64Array<ArrayBuffer> };

/** Sums over a set of rows. */
export interface RowStatistics {
  /** Number of rows of any kind. */
  readonly rows: number;
  /** Text and binary messages. */
  readonly in: Counter;
  readonly out: Counter;
  /** Times of the first and the last row, in microseconds since the session began; 0 without rows. */
  readonly firstTime: number;
  readonly lastTime: number;
}

/** Messages per second in each bucket: the average, the least busy and the busiest second. */
export interface RateSeries {
  readonly mean: readonly number[];
  readonly min: readonly number[];
  readonly max: readonly number[];
}

/** The number of received and sent text and binary messages over a whole recording, in at most 512 buckets. */
export interface Rates {
  /** Number of the row after the last counted one. If the recording has more rows, ask again. */
  readonly next: number;
  /** Start of bucket 0, and the length of a bucket, in microseconds since the session began. */
  readonly start: number;
  readonly width: number;
  /** Time of the last counted row, in microseconds since the session began. */
  readonly end: number;
  readonly in: RateSeries;
  readonly out: RateSeries;
}

/** Maximum columns that a user adds to the timeline, and the characters of a column's path. */
export const MAX_COLUMNS = 8;
export const MAX_COLUMN_PATH = 1000;

/** The cell of a user's column in a row. */
export interface ColumnValue {
  /** The value in one line; empty if the row has none. */
  readonly text: string;
  /**
   * The reason why the message was not read: `large`: it is too large or nests too deeply; `incomplete`: only a part of
   * it was recorded.
   */
  readonly skipped?: 'large' | 'incomplete';
}

/**
 * webview -> host: calls of the timeline, except those for its rows. A range has the rows from `from` up to, but not
 * including, `end`; with a search, only its hits among them.
 */
export interface PanelTimelineCalls {
  /** Number of the first row at or after a time in microseconds since the session began; the number of rows if there is none. */
  rowAtTime(time: number): Promise<number>;
  rangeStatistics(from: number, end: number, search?: string): Promise<RowStatistics>;
  /** Copies messages as lines of text. `call.invalid`, with a sentence, if they exceed the clipboard's limit. */
  copyRange(from: number, end: number, search?: string): Promise<void>;
  /** Asks for a file, saves lines of JSON in a worker, and reports the result in a notification. */
  saveRange(from: number, end: number, search?: string): Promise<void>;
  /**
   * Asks for the format and for the rows to export: this row, the selected ones, the filtered ones, or others. Then
   * saves as `saveRange` does.
   */
  exportRows(seq: number, selected?: RowSpan, search?: string): Promise<void>;
  /**
   * The values at JSONPaths in these rows, in the order of the rows and the paths. At most MAX_COLUMNS paths, each to
   * one value.
   * @throws DuplexError `call.invalid` if a path does not select one value
   */
  columnValues(rows: readonly number[], paths: readonly string[]): Promise<ColumnValue[][]>;
  /** Resolves at once with the counts so far. Each call continues where the last one stopped. */
  rates(): Promise<Rates>;
}
