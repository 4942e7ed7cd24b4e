import type { UnitList } from './units.ts';
import type {
  CallFigures,
  CallPage,
  CallQuery,
  JsonPairs,
  Subscription,
  TopicPage,
  TopicQuery,
  TopicsUnder,
  UnitCounts,
} from './unitIndexProtocol.ts';

/** The progress of the index behind a view. */
export interface PanelProgress {
  readonly rows: number;
  readonly total: number;
  readonly done: boolean;
  /** The reason why it ended early; absent if it did not. */
  readonly problem?: string;
}

/** The figures of the panel's conversation. */
export interface PanelConversation extends PanelProgress {
  readonly calls: readonly CallFigures[];
  readonly subscriptions: readonly Subscription[];
}

/** A range of the topic tree. */
export interface PanelTopics {
  readonly progress: PanelProgress;
  readonly page: TopicPage;
}

/** Selects calls of the conversation that is paired by these paths. */
export interface PanelCallQuery extends CallQuery {
  readonly pairs?: JsonPairs;
}

/** webview -> host: the decoded form of the session's messages. */
export interface PanelUnitCalls {
  /** The units of a row; undefined if no protocol is known, or the row is not a message. */
  decodeRow(seq: number): Promise<UnitList | undefined>;
  /**
   * Starts the index on the first call; later calls report its progress.
   * @param pairs pairs calls by these paths instead of the ids of the protocol, even if no protocol is known
   * @throws DuplexError `call.invalid` if a path does not select one value
   */
  conversation(pairs?: JsonPairs): Promise<PanelConversation>;
  /** The types and names so far. @param filter text that listed names contain; at most MAX_PULL are listed */
  unitCounts(filter: string): Promise<UnitCounts>;
  /** Up to `count` of the selected calls, from number `from` on; at most MAX_PULL. Throws as `conversation` does. */
  callPairs(query: PanelCallQuery, from: number, count: number): Promise<CallPage>;
  /** Up to `count` nodes of the topic tree, from number `from` on; at most MAX_PULL. */
  topics(query: TopicQuery, from: number, count: number): Promise<PanelTopics>;
  /** The topics at and below a node, as many as a query may name. */
  topicsUnder(path: string): Promise<TopicsUnder>;
}
