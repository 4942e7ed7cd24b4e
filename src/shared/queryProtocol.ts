import type { BoundaryError } from './recordProtocol.ts';
import type { SchemaRequests } from './schemaProtocol.ts';
import type { Direction, Kind, Row } from './timeline.ts';
import type { DecodeOptions } from './unitIndexProtocol.ts';
import type { ColumnValue, Rates, RowSet, RowStatistics } from './timelineProtocol.ts';

/** Calls that the host makes to the query worker, which does long reads so that they do not delay appends. */
export interface QueryWorkerCalls {
  /**
   * Writes one row's stored payload to a local file, unchanged; an old file stays until the new one is complete.
   * @returns the number of bytes written
   */
  savePayload(job: string, folder: string, seq: number, target: string): Promise<number>;
  /** Writes rows to a local file, or payloads to a new folder, completely or not at all. */
  saveRows(
    job: string,
    folder: string,
    rows: RowSet,
    kind: RowExportKind,
    target: string,
  ): Promise<ExportedCount>;
  /** One row's whole stored payload, transferred. */
  readPayload(job: string, folder: string, seq: number): Promise<Uint8Array>;
  /** Statistics of the existing rows of a set; of all rows without a set. */
  statistics(folder: string, rows?: RowSet): Promise<RowStatistics>;
  /**
   * Text and binary messages of a set as lines of UTF-8, transferred: text as received or sent, everything else in
   * hexadecimal. `call.invalid` if they exceed `maxBytes`.
   */
  text(folder: string, rows: RowSet, maxBytes: number): Promise<Uint8Array>;
  /**
   * The values at JSONPaths in these rows, in the order of the rows and the paths.
   * @throws DuplexError `call.invalid` if a path does not select one value
   */
  columnValues(folder: string, rows: readonly number[], paths: readonly string[]): Promise<ColumnValue[][]>;
  /**
   * Messages over time, from row `from` on. Resolves quickly; the next call with the same name continues.
   * @param end number of the row after the last one to count
   */
  rates(name: string, folder: string, from: number, end: number): Promise<Rates>;
  /** Forgets the counts of this name. */
  endRates(name: string): Promise<void>;
  cancel(job: string): Promise<void>;
}

/** A format to which rows are exported while they are read. */
export type RowExportKind = 'har' | 'jsonl' | 'csv' | 'text' | 'payloads';

export interface ExportedCount {
  readonly rows: number;
  /** Sentences about data that the format cannot carry. */
  readonly left: readonly string[];
}

export type MessageCounts = Pick<RowStatistics, 'in' | 'out'>;

export interface QueryWorkerEvents {
  progress(job: string, done: number, total: number): void;
}

/** Selects the rows that match all given members. An absent member excludes nothing. */
export interface Query {
  readonly directions?: readonly Direction[];
  readonly kinds?: readonly Kind[];
  /** Minimum size of the whole message in bytes, inclusive. */
  readonly minSize?: number;
  readonly maxSize?: number;
  readonly text?: TextQuery;
  /**
   * Tests the text on decoded messages instead of on their bytes: on names, errors, headers and payloads of units; a
   * JSONPath or a condition on payloads only. Every message is then decoded.
   */
  readonly decoded?: DecodeOptions;
  /**
   * Conditions of request files on units, which are decoded by `decoded`; not together with a text. A row matches if
   * one of its units meets a condition of each list. A message that does not decode is judged itself.
   */
  readonly conditions?: readonly (readonly string[])[];
  /** Exclude heartbeats and messages that Duplex sent automatically, but not faulty ones. */
  readonly folds?: boolean;
}

/** The two lists by which the unit worker narrows a search. */
export const GATES = ['only', 'without'] as const;

/** Row numbers of a gate, ascending. If `only` is set, only its rows can match; rows of `without` cannot match. */
export interface GateRows {
  readonly only?: Float64Array<ArrayBuffer>;
  readonly without?: Float64Array<ArrayBuffer>;
  /** The lists are complete up to, but not including, this row. */
  readonly until: number;
}

export interface TextQuery {
  /** In mode `regex`, the pattern between the slashes. */
  readonly pattern: string;
  readonly mode: 'plain' | 'regex' | 'jsonpath' | 'condition';
  /** Not used for a JSONPath or a condition. */
  readonly caseSensitive: boolean;
}

/** The progress of a search, in rows from its first row on. */
export interface SearchState {
  readonly hits: number;
  readonly scanned: number;
  readonly total: number;
  /** Whether all existing rows are scanned. The search of a live session may continue. */
  readonly done: boolean;
  /**
   * Rows that cannot be tested, because they are longer than MAX_SEARCHED_TEXT or nest too deeply. They are not hits.
   */
  readonly skipped: number;
  /** Rows that only `folds` excluded; absent for a query without `folds` or with a text. */
  readonly folded?: number;
  /** The reason why it ended early. The hits so far remain, unless the worker was terminated. */
  readonly error: BoundaryError | undefined;
}

/** Start and end of a match in a preview, in UTF-16 units; the end is not included. */
export type Mark = readonly [start: number, end: number];

/** A row that matches the query. */
export interface Hit extends Row {
  /** The matches in the preview, in order, without overlaps; empty for a JSONPath. */
  readonly marks: readonly Mark[];
  /** The matches are in the summary, because decoded messages were searched. */
  readonly inSummary?: true;
}

/** The parameters with which a search starts. */
export interface SearchStart {
  readonly folder: string;
  readonly query: Query;
  /** The first row to search. */
  readonly from: number;
  /** Number of rows so far; undefined: the number in the files. */
  readonly rows: number | undefined;
  /** The lists that `passGate` will deliver; the search waits for them. */
  readonly gates?: readonly (typeof GATES)[number][];
  /** Shared memory of core/search/watch.ts, which shows the row that is being tested. */
  readonly watch: SharedArrayBuffer;
}

/** Calls that the host makes to a query worker that searches. A search has a number that is never used again. */
export interface SearchWorkerCalls {
  /**
   * Resolves when the search has started. `call.invalid` for an invalid pattern, `file.invalid` or `disk.denied` for a
   * recording that cannot be read.
   */
  startSearch(job: number, start: SearchStart): Promise<void>;
  /** Continues with the rows that were added since the last call. */
  extendSearch(job: number, rows: number | undefined): Promise<void>;
  /** The next part of the lists of `gates`, transferred. */
  passGate(job: number, rows: GateRows): Promise<void>;
  /** Hits from number `from` on, as rows; at most MAX_PULL, fewer at the end. Available while the search runs. */
  hits(job: number, from: number, count: number): Promise<Hit[]>;
  /** The row numbers of hits from number `from` on, transferred. */
  hitNumbers(job: number, from: number, count: number): Promise<Float64Array>;
  /** Number of hits before row `seq`, which is the number of the first hit at or after it. */
  hitPosition(job: number, seq: number): Promise<number>;
  /** Stops the search and frees its hits. */
  endSearch(job: number): Promise<void>;
}

export interface SearchWorkerEvents extends SchemaRequests {
  /** At most 10 times a second per search. */
  searched(job: number, state: SearchState): void;
}
