import type { Counter } from './session.ts';

/** Rows from number `from` up to but not including `end`. */
export interface RowSpan {
  readonly from: number;
  readonly end: number;
}

/** Rows of a recording: those of a range, or exactly these, in ascending order. */
export type RowSet = RowSpan | { readonly numbers: Float64Array<ArrayBuffer> };

/** Sums over a set of rows. */
export interface RowStatistics {
  /** All rows of any kind. */
  readonly rows: number;
  /** Text and binary messages. */
  readonly in: Counter;
  readonly out: Counter;
  /** Times of the first and the last of them, in microseconds since the session began; 0 if there is none. */
  readonly firstTime: number;
  readonly lastTime: number;
}

/** Messages per second in each bucket: the average, and the least and the most busy second. */
export interface RateSeries {
  readonly mean: readonly number[];
  readonly min: readonly number[];
  readonly max: readonly number[];
}

/** The number of received and sent text and binary messages over a whole recording, in at most 512 buckets. */
export interface Rates {
  /** Number of the row after the last one counted. The recording may have more: ask again. */
  readonly next: number;
  /** Start of bucket 0, and the length of a bucket, in microseconds since the session began. */
  readonly start: number;
  readonly width: number;
  /** Time of the last row counted. */
  readonly end: number;
  readonly in: RateSeries;
  readonly out: RateSeries;
}

/** Maximum columns that a user adds to the timeline, and the characters of a column's path. */
export const MAX_COLUMNS = 8;
export const MAX_COLUMN_PATH = 1000;

/** What a user's column shows of a row. */
export interface ColumnValue {
  /** One line; empty if the row has no such value. */
  readonly text: string;
  /** Why the message was not read: it is too large or nests too deeply, or a part of it was not kept. */
  readonly skipped?: 'large' | 'incomplete';
}

/**
 * webview -> host: the timeline's calls besides its rows. A range has the rows from `from` up to but not including
 * `end`; with a search, only its hits among them.
 */
export interface PanelTimelineCalls {
  /** Number of the first row at or after a time in microseconds since the session began; the number of rows if there is none. */
  rowAtTime(time: number): Promise<number>;
  rangeStatistics(from: number, end: number, search?: string): Promise<RowStatistics>;
  /** Copies the messages as lines of text. `call.invalid`, with a sentence, if they exceed the clipboard's limit. */
  copyRange(from: number, end: number, search?: string): Promise<void>;
  /** Asks for a file, saves lines of JSON through a worker and shows the outcome as a notification. */
  saveRange(from: number, end: number, search?: string): Promise<void>;
  /** Asks as what and which rows to export: this row, the selected ones, the filtered ones, or others; then as `saveRange`. */
  exportRows(seq: number, selected?: RowSpan, search?: string): Promise<void>;
  /**
   * The values at JSONPaths of these rows, in the order of both. At most MAX_COLUMNS paths to one value each.
   * @throws DuplexError `call.invalid` for another path
   */
  columnValues(rows: readonly number[], paths: readonly string[]): Promise<ColumnValue[][]>;
  /** Answers at once with the counts so far. Each call continues where the last one stopped. */
  rates(): Promise<Rates>;
}
