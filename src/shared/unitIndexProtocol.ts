import type { BoundaryError } from './recordProtocol.ts';
import type { SchemaRequests } from './schemaProtocol.ts';
import type { UnitList, UnitType } from './units.ts';

// The units of a recording in serialisable form, which are derived data: docs/recording-format.md.

/** Pairs calls and replies by values in their JSON instead of the ids of the protocol. */
export interface JsonPairs {
  /** JSONPath of the id in a call; it selects one value. */
  readonly call: string;
  /** JSONPath of the same id in its reply. */
  readonly reply: string;
}

/** The options with which a search decodes messages. An absent member is that of the session. */
export type DecodeOptions = Partial<Pick<UnitOptions, 'protocol' | 'tables' | 'decode'>>;

/** The options of decoding. */
export interface UnitOptions {
  /** The option `protocol`: an id, `auto` or `none`. */
  readonly protocol: string;
  /** Undefined: calls and replies are paired by the ids of the protocol. */
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
  /** Number of rows so far; undefined: the number in the files. */
  readonly rows: number | undefined;
}

/** The progress of an index. */
export interface UnitIndexState {
  /** Number of indexed rows, of `total`. */
  readonly rows: number;
  readonly total: number;
  readonly done: boolean;
  readonly units: number;
  /** Id of the protocol of the last connection; undefined while none is known. */
  readonly protocol: string | undefined;
  /** The reason why the protocol was recognised, if it was not named. */
  readonly reason: string | undefined;
  /** The reason why indexing ended early. */
  readonly error: BoundaryError | undefined;
}

/** Selects units; an absent member excludes nothing. */
export interface UnitQuery {
  readonly types?: readonly UnitType[];
  readonly names?: readonly string[];
  /** Whether a reply without a name has the name of its call. */
  readonly byCall?: boolean;
  /** Only rows that consist of heartbeats without problems. */
  readonly heartbeats?: boolean;
  /**
   * Only rows of the operations that this row belongs to: a subscription with its events and its end, or a call with
   * its reply.
   */
  readonly operation?: number;
}

/** How often a name occurs with a type. A reply without a name has the name of its call. */
export interface NameCount {
  readonly type: UnitType;
  readonly name: string;
  readonly count: number;
}

/** How often each type and the most frequent names occur. A reply without a name has the name of its call. */
export interface UnitCounts {
  readonly types: readonly { readonly type: UnitType; readonly count: number }[];
  readonly names: readonly { readonly name: string; readonly count: number }[];
  /** Number of all matching names, including those that are not listed. */
  readonly matches: number;
}

/** The calls of one name. Latencies are in microseconds, and absent without a reply. */
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
  /** Number of the call's row. */
  readonly row: number;
  readonly name: string;
  /** Whether this side sent the call. */
  readonly sent: boolean;
  /** The reply, with its latency in microseconds; absent without a reply. */
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
  /** Number of selected calls. */
  readonly total: number;
  readonly pairs: readonly CallPair[];
}

/** A subscription. */
export interface Subscription {
  readonly name: string;
  /** The id of its stream, as JSON text. */
  readonly stream: string;
  /** Number of the row that subscribed. */
  readonly row: number;
  readonly events: number;
  /** Events per second between the first and the last event; 0 for fewer than two. */
  readonly rate: number;
  /** Number of the row that ended the subscription; absent while it is open. */
  readonly end?: number;
}

/** Maximum closed nodes of the topic tree. */
export const MAX_CLOSED_TOPICS = 1000;

/** Selects the visible nodes of the topic tree. */
export interface TopicQuery {
  /** Paths of the closed nodes, whose children are hidden. */
  readonly closed: readonly string[];
  /** The path of the node whose position is requested. */
  readonly active?: string;
}

/** A topic, or the levels that several topics share. */
export interface TopicNode {
  /** The topic, or its beginning. */
  readonly path: string;
  /** The last level of the path. */
  readonly label: string;
  /** The level in the tree, from 1. */
  readonly level: number;
  /** Position among its siblings, from 1, and their number. */
  readonly position: number;
  readonly siblings: number;
  /** Position of the parent in the list; -1 at the first level. */
  readonly parent: number;
  /** Number of messages of this topic and of those below it. */
  readonly messages: number;
  /** Whether its children are visible; absent if it has none. */
  readonly isOpen?: boolean;
  /** The row of this topic's last message, and its payload in one line; absent without a message. */
  readonly last?: { readonly row: number; readonly value: string };
}

/** A range of the topic tree. */
export interface TopicPage {
  /** Number of visible nodes. */
  readonly total: number;
  /** Position of the node that the query names; -1 if it is not visible. */
  readonly active: number;
  readonly nodes: readonly TopicNode[];
  /** Number of all topics in the tree. */
  readonly topics: number;
  /** Number of messages of topics beyond the tree's limit. */
  readonly others: number;
}

/** The topics at and below a node. */
export interface TopicsUnder {
  /** Their names, those with the most messages first. */
  readonly names: readonly string[];
  /** Number of all topics, including those that are not listed. */
  readonly matches: number;
}

/** The units of a row. */
export interface DecodedRow {
  readonly row: number;
  /** Absent if no protocol is known, or the row is not a message. */
  readonly list?: UnitList;
}

/** Calls that the host makes to the unit worker. A job has a number that is never reused. */
export interface UnitWorkerCalls {
  /**
   * Resolves when the index is open; building follows. `file.invalid` or `disk.denied` for files that cannot be read,
   * `call.invalid` for an invalid path.
   */
  openIndex(job: number, start: UnitIndexStart): Promise<void>;
  /** Continues with the rows that were added since the last call. */
  extendIndex(job: number, rows: number | undefined): Promise<void>;
  /** All names, the most frequent first. */
  unitNames(job: number): Promise<NameCount[]>;
  /** @param filter text that listed names contain, ignoring case @param most maximum number of listed names */
  unitCounts(job: number, filter: string, most: number): Promise<UnitCounts>;
  /** Numbers of up to `count` rows that contain a matching unit, from number `from` on, transferred. */
  rowsWith(job: number, query: UnitQuery, from: number, count: number): Promise<Float64Array>;
  /** The figures of the calls by name, the most frequent name first. */
  callFigures(job: number): Promise<CallFigures[]>;
  /** Up to `count` of the selected calls, from number `from` on; at most MAX_PULL. */
  callPairs(job: number, query: CallQuery, from: number, count: number): Promise<CallPage>;
  /** The open subscriptions, then the latest of the ended ones, the last one first. */
  subscriptions(job: number): Promise<Subscription[]>;
  /** Up to `count` of the visible nodes, from number `from` on; at most MAX_PULL. */
  topics(job: number, query: TopicQuery, from: number, count: number): Promise<TopicPage>;
  /** @param most maximum number of listed names */
  topicsUnder(job: number, path: string, most: number): Promise<TopicsUnder>;
  /** The units of rows. @param rows ascending numbers, at most MAX_PULL */
  decodeRows(job: number, rows: readonly number[]): Promise<DecodedRow[]>;
  closeIndex(job: number): Promise<void>;
}

export interface UnitWorkerEvents extends SchemaRequests {
  /** At most 10 times a second per index. */
  indexed(job: number, state: UnitIndexState): void;
}
