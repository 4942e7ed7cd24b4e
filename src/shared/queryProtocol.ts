import type { BoundaryError } from './recordProtocol.ts';
import type { SchemaRequests } from './schemaProtocol.ts';
import type { Direction, Kind, Row } from './timeline.ts';
import type { DecodeOptions } from './unitIndexProtocol.ts';
import type { ColumnValue, Rates, RowSet, RowStatistics } from './timelineProtocol.ts';

/** Calls of the host to the query worker, which does long reads so that they do not delay appends. */
export interface QueryWorkerCalls {
  /**
   * Writes one row's stored payload to a local file, bit for bit; the old file stays until the new one is complete.
   * @returns the bytes written
   */
  savePayload(job: string, folder: string, seq: number, target: string): Promise<number>;
  /** Writes rows to a local file, or to a new folder of payloads; completely or not at all. */
  saveRows(
    job: string,
    folder: string,
    rows: RowSet,
    kind: RowExportKind,
    target: string,
  ): Promise<ExportedCount>;
  /** One row's whole stored payload, transferred. */
  readPayload(job: string, folder: string, seq: number): Promise<Uint8Array>;
  /** Statistics of the rows of a set that exist; of all rows if no set is given. */
  statistics(folder: string, rows?: RowSet): Promise<RowStatistics>;
  /**
   * Text and binary messages of a set as lines of UTF-8, transferred: text as it was transmitted, everything else in
   * hexadecimal. `call.invalid` if they exceed `maxBytes`.
   */
  text(folder: string, rows: RowSet, maxBytes: number): Promise<Uint8Array>;
  /** The values at JSONPaths of these rows, in the order of both. @throws DuplexError `call.invalid` for other paths */
  columnValues(folder: string, rows: readonly number[], paths: readonly string[]): Promise<ColumnValue[][]>;
  /**
   * Messages over time, from row `from` on. Answers quickly; the next call with the same name continues.
   * @param end number of the row after the last one to count
   */
  rates(name: string, folder: string, from: number, end: number): Promise<Rates>;
  /** Forgets the counts of this name. */
  endRates(name: string): Promise<void>;
  cancel(job: string): Promise<void>;
}

/** A kind of file that rows are exported as while they are read. */
export type RowExportKind = 'har' | 'jsonl' | 'csv' | 'text' | 'payloads';

export interface ExportedCount {
  readonly rows: number;
  /** Sentences about what the format cannot carry. */
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
  /** Bytes of the whole message, inclusive. */
  readonly minSize?: number;
  readonly maxSize?: number;
  readonly text?: TextQuery;
  /**
   * Tests the text on what messages decode to instead of on their bytes: names, errors, headers and payloads of units; a
   * JSONPath or a condition on payloads alone. Every message is decoded then.
   */
  readonly decoded?: DecodeOptions;
  /**
   * Conditions of request files about units, decoded as `decoded` says; a text is not allowed beside them. A row has a unit
   * that meets one of each list; a message that does not decode is judged itself.
   */
  readonly conditions?: readonly (readonly string[])[];
  /** Leave out heartbeats and what Duplex sent automatically. Faulty messages stay. */
  readonly folds?: boolean;
}

/** The two lists by which the unit worker narrows a search. */
export const GATES = ['only', 'without'] as const;

/** Row numbers of a gate, ascending: `only` these rows can match, those of `without` cannot. */
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
  /** Ignored for a JSONPath or a condition. */
  readonly caseSensitive: boolean;
}

/** Progress of a search, in rows from its first row on. */
export interface SearchState {
  readonly hits: number;
  readonly scanned: number;
  readonly total: number;
  /** All existing rows are scanned. The search of a live session may continue from here. */
  readonly done: boolean;
  /** Rows that cannot be tested: longer than MAX_SEARCHED_TEXT, or nested too deeply. They are not hits. */
  readonly skipped: number;
  /** Rows that `folds` alone left out; absent for a query without it, or with a text. */
  readonly folded?: number;
  /** Why it ended early. The hits so far remain, unless the worker had to be terminated. */
  readonly error: BoundaryError | undefined;
}

/** Start and end of a match in a preview, in UTF-16 units; the end is not included. */
export type Mark = readonly [start: number, end: number];

/** A row that was found. */
export interface Hit extends Row {
  /** The matches in the preview, in order, without overlaps; empty for a JSONPath. */
  readonly marks: readonly Mark[];
  /** The matches are those in the summary, because what messages decode to was searched. */
  readonly inSummary?: true;
}

/** Where a search starts, and how it is watched. */
export interface SearchStart {
  readonly folder: string;
  readonly query: Query;
  /** The first row to search. */
  readonly from: number;
  /** Number of rows so far; undefined: as many as the files have. */
  readonly rows: number | undefined;
  /** The lists that `passGate` will bring; the search waits for them. */
  readonly gates?: readonly (typeof GATES)[number][];
  /** Shared memory of core/search/watch.ts, which shows the row that is being tested. */
  readonly watch: SharedArrayBuffer;
}

/** Calls that the host makes to a query worker that searches. A search has a number that is never used again. */
export interface SearchWorkerCalls {
  /** Answers when the search has started. `call.invalid` for an invalid pattern, `file.invalid`, `disk.denied` */
  startSearch(job: number, start: SearchStart): Promise<void>;
  /** Continues with the rows that were added since. */
  extendSearch(job: number, rows: number | undefined): Promise<void>;
  /** The next part of the lists of `gates`, transferred. */
  passGate(job: number, rows: GateRows): Promise<void>;
  /** Hits from number `from` on, as rows; at most MAX_PULL, fewer at the end. Available while it runs. */
  hits(job: number, from: number, count: number): Promise<Hit[]>;
  /** The same as row numbers only, transferred. */
  hitNumbers(job: number, from: number, count: number): Promise<Float64Array>;
  /** Number of hits before row `seq`, which is the index of the first hit at or after it. */
  hitPosition(job: number, seq: number): Promise<number>;
  /** Stops it and frees its hits. */
  endSearch(job: number): Promise<void>;
}

export interface SearchWorkerEvents extends SchemaRequests {
  /** At most 10 times a second per search. */
  searched(job: number, state: SearchState): void;
}
