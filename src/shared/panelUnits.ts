import type { UnitList } from './units.ts';
import type { CallFigures, CallPair, NameCount, Subscription } from './unitIndexProtocol.ts';

/** The progress and the figures of the panel's conversation. */
export interface PanelConversation {
  readonly rows: number;
  readonly total: number;
  readonly done: boolean;
  /** Why it ended early; absent if it did not. */
  readonly problem?: string;
  readonly calls: readonly CallFigures[];
  readonly subscriptions: readonly Subscription[];
  readonly names: readonly NameCount[];
}

/** webview -> host: the decoded form of the session's messages. */
export interface PanelUnitCalls {
  /** The units of a row; undefined if no protocol is known, or the row is not a message. */
  decodeRow(seq: number): Promise<UnitList | undefined>;
  /** The first call starts the index; later ones report its progress. */
  conversation(): Promise<PanelConversation>;
  /** Calls from number `from` on, of all or of those without a reply; fewer at the end. */
  callPairs(from: number, count: number, unanswered: boolean): Promise<CallPair[]>;
}
