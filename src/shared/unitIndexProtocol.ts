import type { BoundaryError } from './recordProtocol.ts';
import type { SchemaRequests } from './schemaProtocol.ts';
import type { UnitList, UnitType } from './units.ts';

// The units of a recording in serialisable form. They are derived data: docs/recording-format.md.

/** Pairs calls and replies by values in their JSON instead of the ids of the protocol. */
export interface JsonPairs {
  /** JSONPath of the id in a call; it selects one value. */
  readonly call: string;
  /** JSONPath of the same id in its reply. */
  readonly reply: string;
}

/** How a search decodes messages; an absent member is that of the session. */
export type DecodeOptions = Partial<Pick<UnitOptions, 'protocol' | 'tables' | 'decode'>>;

/** The options of decoding. */
export interface UnitOptions {
  /** The option `protocol`: an id, `auto` or `none`. */
  readonly protocol: string;
  /** Undefined: pairs by the ids of the protocol. */
  readonly pairs: JsonPairs | undefined;
  /** The protocols that the user defines (core/protocol/table/protocolTable.ts). */
  readonly tables?: readonly unknown[];
  /** The option `decode`, with absolute paths of schemas. */
  readonly decode?: readonly string[];
}

export interface UnitIndexStart extends UnitOptions {
  /** The folder of the recording. */
  readonly folder: string;
  /** A folder for the index if it cannot be stored beside the recording. */
  readonly cache: string;
  /** Whether the index may be stored beside the recording. */
  readonly beside: boolean;
  /** Number of rows so far; undefined: as many as the files have. */
  readonly rows: number | undefined;
}

/** The progress of an index. */
export interface UnitIndexState {
  /** The indexed rows, of `total`. */
  readonly rows: number;
  readonly total: number;
  readonly done: boolean;
  readonly units: number;
  /** Id of the protocol of the last connection; undefined while none is known. */
  readonly protocol: string | undefined;
  /** Why the protocol was recognised, if it was not named. */
  readonly reason: string | undefined;
  /** Why indexing ended early. */
  readonly error: BoundaryError | undefined;
}

/** Selects units; an absent member excludes nothing. */
export interface UnitQuery {
  readonly types?: readonly UnitType[];
  readonly names?: readonly string[];
  /** A reply without a name has that of its call. */
  readonly byCall?: boolean;
  /** Only rows that consist of flawless heartbeats. */
  readonly heartbeats?: boolean;
  /** Only the operations that this row belongs to: a subscription with its events and its end, or a call with its reply. */
  readonly operation?: number;
}

/** The count of a name with a type. A reply without a name has that of its call. */
export interface NameCount {
  readonly type: UnitType;
  readonly name: string;
  readonly count: number;
}

/** How often each type and the most frequent names occur. A reply without a name has that of its call. */
export interface UnitCounts {
  readonly types: readonly { readonly type: UnitType; readonly count: number }[];
  readonly names: readonly { readonly name: string; readonly count: number }[];
  /** All names that match, also those that are not listed. */
  readonly matches: number;
}

/** The calls of one name. Latencies in microseconds; absent without an answer. */
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
  /** Absent if it was not answered. Latency in microseconds. */
  readonly reply?: { readonly row: number; readonly latency: number; readonly isError: boolean };
}

/** Selects calls; an absent member excludes nothing. */
export interface CallQuery {
  readonly name?: string;
  /** Only calls without a reply. */
  readonly unanswered?: boolean;
}

/** A range of the selected calls. */
export interface CallPage {
  /** Number of all selected calls. */
  readonly total: number;
  readonly pairs: readonly CallPair[];
}

/** A subscription. */
export interface Subscription {
  readonly name: string;
  /** The id of its stream, as JSON text. */
  readonly stream: string;
  /** Number of the subscribing row. */
  readonly row: number;
  readonly events: number;
  /** Events per second between the first and the last one; 0 for fewer than two. */
  readonly rate: number;
  /** Number of the row that ended it; absent while it is open. */
  readonly end?: number;
}

/** Maximum nodes of the topic tree that are closed at once. */
export const MAX_CLOSED_TOPICS = 1000;

/** Selects the nodes of the topic tree that are in view. */
export interface TopicQuery {
  /** Paths whose children are hidden. */
  readonly closed: readonly string[];
  /** The path whose place is wanted. */
  readonly active?: string;
}

/** A topic, or the levels that several topics share. */
export interface TopicNode {
  /** The topic, or its beginning. */
  readonly path: string;
  /** The last level of the path. */
  readonly label: string;
  /** From 1. */
  readonly level: number;
  /** Among the children of its parent, from 1, and their number. */
  readonly position: number;
  readonly siblings: number;
  /** Place of the parent in the list; -1 at the first level. */
  readonly parent: number;
  /** Messages of this topic and of those below. */
  readonly messages: number;
  /** Absent if nothing is below. */
  readonly isOpen?: boolean;
  /** The row of the last message of this very topic, and one line for its payload; absent without a message. */
  readonly last?: { readonly row: number; readonly value: string };
}

/** A range of the topic tree. */
export interface TopicPage {
  /** Number of the nodes in view. */
  readonly total: number;
  /** Place of the node that the query names; -1 if it is not in view. */
  readonly active: number;
  readonly nodes: readonly TopicNode[];
  /** Number of all topics in the tree. */
  readonly topics: number;
  /** Messages of topics that the tree has no room for. */
  readonly others: number;
}

/** The topics of a node and below it. */
export interface TopicsUnder {
  /** Those with the most messages first. */
  readonly names: readonly string[];
  /** All of them, also those that are not listed. */
  readonly matches: number;
}

/** The units of a row. */
export interface DecodedRow {
  readonly row: number;
  /** Absent: no protocol is known, or the row is not a message. */
  readonly list?: UnitList;
}

/** Calls of the host to the unit worker. A job has a number that is never reused. */
export interface UnitWorkerCalls {
  /** Answers when the index is open; building follows. `file.invalid`, `disk.denied`, `call.invalid` for a path */
  openIndex(job: number, start: UnitIndexStart): Promise<void>;
  /** Continues with the rows that were added since. */
  extendIndex(job: number, rows: number | undefined): Promise<void>;
  /** The most frequent first. */
  unitNames(job: number): Promise<NameCount[]>;
  /** @param filter names that contain it, in any case; @param most of them */
  unitCounts(job: number, filter: string, most: number): Promise<UnitCounts>;
  /** Numbers of up to `count` rows with a matching unit, from number `from` on, transferred. */
  rowsWith(job: number, query: UnitQuery, from: number, count: number): Promise<Float64Array>;
  /** By name, the most calls first. */
  callFigures(job: number): Promise<CallFigures[]>;
  /** Up to `count` of the selected calls, from number `from` on; at most MAX_PULL. */
  callPairs(job: number, query: CallQuery, from: number, count: number): Promise<CallPage>;
  /** The open ones, then the latest of those that ended, the last first. */
  subscriptions(job: number): Promise<Subscription[]>;
  /** Up to `count` of the nodes in view, from number `from` on; at most MAX_PULL. */
  topics(job: number, query: TopicQuery, from: number, count: number): Promise<TopicPage>;
  /** @param most names that are listed */
  topicsUnder(job: number, path: string, most: number): Promise<TopicsUnder>;
  /** The units of rows. Their numbers ascend; at most MAX_PULL. */
  decodeRows(job: number, rows: readonly number[]): Promise<DecodedRow[]>;
  closeIndex(job: number): Promise<void>;
}

export interface UnitWorkerEvents extends SchemaRequests {
  /** At most 10 times a second per index. */
  indexed(job: number, state: UnitIndexState): void;
}
