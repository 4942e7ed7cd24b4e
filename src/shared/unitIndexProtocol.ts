import type { BoundaryError } from './recordProtocol.ts';
import type { UnitList, UnitType } from './units.ts';

// What the units of a recording are, as it crosses boundaries. All of it is derived: docs/recording-format.md.

/** Pairs calls and replies by what stands in their JSON instead of by the ids of the protocol. */
export interface JsonPairs {
  /** JSONPath of the id in a call; it selects one value. */
  readonly call: string;
  /** JSONPath of the same id in its reply. */
  readonly reply: string;
}

/** How units are read. */
export interface UnitOptions {
  /** The option `protocol`: an id, `auto` or `none`. */
  readonly protocol: string;
  /** Undefined: by the ids of the protocol. */
  readonly pairs: JsonPairs | undefined;
}

export interface UnitIndexStart extends UnitOptions {
  /** Of the recording. */
  readonly folder: string;
  /** A folder for the index if it may not, or cannot, lie beside the recording. */
  readonly cache: string;
  /** Whether the index may lie beside the recording. */
  readonly beside: boolean;
  /** Number of rows so far; undefined: as many as the files have. */
  readonly rows: number | undefined;
}

/** How far an index is. */
export interface UnitIndexState {
  /** Rows that are indexed, of `total`. */
  readonly rows: number;
  readonly total: number;
  readonly done: boolean;
  readonly units: number;
  /** Id of the protocol of the last connection; undefined while none is known. */
  readonly protocol: string | undefined;
  /** Why a protocol that was not named was taken. */
  readonly reason: string | undefined;
  /** Why it ended early. */
  readonly error: BoundaryError | undefined;
}

/** Which units; a member that is left out excludes nothing. */
export interface UnitQuery {
  readonly types?: readonly UnitType[];
  readonly names?: readonly string[];
}

/** How often a name occurs with a type. */
export interface NameCount {
  readonly type: UnitType;
  readonly name: string;
  readonly count: number;
}

/** Calls of one name. Latencies in microseconds; absent without an answer. */
export interface CallFigures {
  readonly name: string;
  readonly calls: number;
  readonly errors: number;
  readonly unanswered: number;
  readonly p50?: number;
  readonly p95?: number;
  readonly p99?: number;
  readonly max?: number;
}

/** A call and its reply. */
export interface CallPair {
  /** Number of the row. */
  readonly row: number;
  readonly name: string;
  /** Whether this side sent the call. */
  readonly sent: boolean;
  /** Absent: it was not answered. Latency in microseconds. */
  readonly reply?: { readonly row: number; readonly latency: number; readonly isError: boolean };
}

/** A subscription that is open. */
export interface Subscription {
  readonly name: string;
  /** As JSON text. */
  readonly stream: string;
  /** Number of the row that subscribed. */
  readonly row: number;
  readonly events: number;
  /** Events per second between the first and the last one; 0 for fewer than two. */
  readonly rate: number;
}

/** What a row decodes to. */
export interface DecodedRow {
  readonly row: number;
  /** Absent: no protocol is known, or it is no message. */
  readonly list?: UnitList;
}

/** Calls of the host to the unit worker. A job has a number that is never used again. */
export interface UnitWorkerCalls {
  /** Answers when the index is open; it is built afterwards. `file.invalid`, `disk.denied`, `call.invalid` for a path */
  openIndex(job: number, start: UnitIndexStart): Promise<void>;
  /** Goes on with the rows that were added since. */
  extendIndex(job: number, rows: number | undefined): Promise<void>;
  /** The most frequent first. */
  unitNames(job: number): Promise<NameCount[]>;
  /** Numbers of up to `count` rows with such a unit, from number `from` on, transferred. */
  rowsWith(job: number, query: UnitQuery, from: number, count: number): Promise<Float64Array>;
  /** By name, the most calls first. */
  callFigures(job: number): Promise<CallFigures[]>;
  /** Call number `from` and on: fewer at the end. */
  callPairs(job: number, from: number, count: number, unanswered: boolean): Promise<CallPair[]>;
  openSubscriptions(job: number): Promise<Subscription[]>;
  /** What rows decode to. Their numbers ascend; MAX_PULL at most. */
  decodeRows(job: number, rows: readonly number[]): Promise<DecodedRow[]>;
  closeIndex(job: number): Promise<void>;
}

export interface UnitWorkerEvents {
  /** At most 10 times a second for one index. */
  indexed(job: number, state: UnitIndexState): void;
}
