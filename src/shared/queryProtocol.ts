import type { BoundaryError } from './recordProtocol.ts';
import type { Direction, Kind, Row } from './timeline.ts';
import type { Rates, RowSet, RowStatistics } from './timelineProtocol.ts';

/** Calls that the host makes to the query worker: long reads of recordings, so that none slows an append. */
export interface QueryWorkerCalls {
  /**
   * Writes one row's stored payload to a local file, bit for bit: the old file stays until the new one is whole.
   * @returns the bytes written
   */
  savePayload(job: string, folder: string, seq: number, target: string): Promise<number>;
  /** Writes rows to a local file as lines of JSON, as `duplex log --json` prints them. @returns the rows written */
  saveRows(job: string, folder: string, rows: RowSet, target: string): Promise<number>;
  /** One row's whole stored payload, transferred. */
  readPayload(job: string, folder: string, seq: number): Promise<Uint8Array>;
  /** Of the rows of a set that there are; of all rows where none is given. */
  statistics(folder: string, rows?: RowSet): Promise<RowStatistics>;
  /**
   * Text and binary messages of a set as lines of UTF-8, transferred: text as it travelled, all else as hexadecimal digits.
   * `call.invalid` where they are more than `maxBytes`.
   */
  text(folder: string, rows: RowSet, maxBytes: number): Promise<Uint8Array>;
  /**
   * Messages over time, from row `from` on. Answers within a moment; the next call by the same name goes on there.
   * @param end number of the row behind the last that counts
   */
  rates(name: string, folder: string, from: number, end: number): Promise<Rates>;
  /** Forgets what was counted by that name. */
  endRates(name: string): Promise<void>;
  cancel(job: string): Promise<void>;
}

export type MessageCounts = Pick<RowStatistics, 'in' | 'out'>;

export interface QueryWorkerEvents {
  progress(job: string, done: number, total: number): void;
}

/** Which rows to find: those that satisfy all that is given. What is left out excludes nothing. */
export interface Query {
  readonly directions?: readonly Direction[];
  readonly kinds?: readonly Kind[];
  /** Bytes of the whole message, both included. */
  readonly minSize?: number;
  readonly maxSize?: number;
  readonly text?: TextQuery;
}

export interface TextQuery {
  /** Of mode `regex`, what stands between the slashes. */
  readonly pattern: string;
  readonly mode: 'plain' | 'regex' | 'jsonpath' | 'condition';
  /** Of no meaning for a JSONPath or a condition. */
  readonly caseSensitive: boolean;
}

/** How far a search is. Rows count from the first that it looks at. */
export interface SearchState {
  readonly hits: number;
  readonly scanned: number;
  readonly total: number;
  /** All rows so far were looked at. A live session may go on from here. */
  readonly done: boolean;
  /** Rows that no pattern can be tried on: longer than MAX_SEARCHED_TEXT, or nested too deep. They are no hits. */
  readonly skipped: number;
  /** Why it ended before it was done. What was found until then is still there, unless its worker had to be ended. */
  readonly error: BoundaryError | undefined;
}

/** From this character of a preview up to that one, which is not included; in UTF-16 units. */
export type Mark = readonly [start: number, end: number];

/** A row that was found. */
export interface Hit extends Row {
  /** What the pattern matches in the preview, in order and apart; empty for a JSONPath. */
  readonly marks: readonly Mark[];
}

/** Where a search begins, and how it is watched. */
export interface SearchStart {
  readonly folder: string;
  readonly query: Query;
  /** The first row to look at. */
  readonly from: number;
  /** Rows that there are so far; undefined: as many as the files have. */
  readonly rows: number | undefined;
  /** Of core/search/watch.ts: shows from outside which row a pattern is being tried on. */
  readonly watch: SharedArrayBuffer;
}

/** Calls that the host makes to a query worker that searches. A search has a number that is never used again. */
export interface SearchWorkerCalls {
  /** Answers when the search has begun. `call.invalid` for a pattern that is not valid, `file.invalid`, `disk.denied` */
  startSearch(job: number, start: SearchStart): Promise<void>;
  /** Goes on with the rows that came since. */
  extendSearch(job: number, rows: number | undefined): Promise<void>;
  /** Hits number `from` and on, as rows: fewer at the end, MAX_PULL at most. Also while it runs. */
  hits(job: number, from: number, count: number): Promise<Hit[]>;
  /** The same as numbers of rows only, transferred. */
  hitNumbers(job: number, from: number, count: number): Promise<Float64Array>;
  /** How many hits lie before row `seq`: the number of the first hit at or after it. */
  hitPosition(job: number, seq: number): Promise<number>;
  /** Stops it and frees what it found. */
  endSearch(job: number): Promise<void>;
}

export interface SearchWorkerEvents {
  /** At most 10 times a second for one search. */
  searched(job: number, state: SearchState): void;
}
