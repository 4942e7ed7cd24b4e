import type { UnitList } from './units.ts';
import type { CallFigures, CallPair, NameCount, Subscription } from './unitIndexProtocol.ts';

/** How far the panel's conversation is, and its figures. */
export interface PanelConversation {
  readonly rows: number;
  readonly total: number;
  readonly done: boolean;
  /** Why it ended early; absent: it did not. */
  readonly problem?: string;
  readonly calls: readonly CallFigures[];
  readonly subscriptions: readonly Subscription[];
  readonly names: readonly NameCount[];
}

/** webview -> host: what the messages of the session mean. */
export interface PanelUnitCalls {
  /** What a row decodes to; undefined if no protocol is known, or it is no message. */
  decodeRow(seq: number): Promise<UnitList | undefined>;
  /** The first call begins the index; later ones tell how far it is. */
  conversation(): Promise<PanelConversation>;
  /** Call number `from` and on of all, or of those without a reply: fewer at the end. */
  callPairs(from: number, count: number, unanswered: boolean): Promise<CallPair[]>;
}
