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
  /** Why it ended early; absent if it did not. */
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

/** Selects calls of the conversation that has these pairs. */
export interface PanelCallQuery extends CallQuery {
  readonly pairs?: JsonPairs;
}

/** webview -> host: the decoded form of the session's messages. */
export interface PanelUnitCalls {
  /** The units of a row; undefined if no protocol is known, or the row is not a message. */
  decodeRow(seq: number): Promise<UnitList | undefined>;
  /**
   * The first call starts the index; later ones report its progress.
   * @param pairs pairs calls by these paths instead of the ids of the protocol, also where no protocol is known
   * @throws DuplexError `call.invalid` if a path does not select one value
   */
  conversation(pairs?: JsonPairs): Promise<PanelConversation>;
  /** Types and names so far. @param filter names that contain it; at most MAX_PULL are listed */
  unitCounts(filter: string): Promise<UnitCounts>;
  /** Up to `count` of the selected calls, from number `from` on; at most MAX_PULL. Throws as `conversation` does. */
  callPairs(query: PanelCallQuery, from: number, count: number): Promise<CallPage>;
  /** Up to `count` of the nodes of the topic tree, from number `from` on; at most MAX_PULL. */
  topics(query: TopicQuery, from: number, count: number): Promise<PanelTopics>;
  /** The topics of a node and below it, as many as a query may name. */
  topicsUnder(path: string): Promise<TopicsUnder>;
}
