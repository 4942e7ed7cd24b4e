import type { View } from '../shared/formatProtocol.ts';
import { COMPOSER_MODES } from '../shared/panelProtocol.ts';
import type { ComposerMode } from '../shared/panelProtocol.ts';
import { DIRECTION_CHOICES, KIND_GROUPS, NO_SEARCH, SEARCH_MODES } from './search/searchOptions.ts';
import type { SearchOptions } from './search/searchOptions.ts';
import { TIME_MODES } from './timeline/timeColumn.ts';
import type { TimeMode, TimeZero } from './timeline/timeColumn.ts';

const VIEWS = ['pretty', 'raw', 'hex'] as const satisfies readonly View[];

/** A view of a message's payload, or its frames. */
export const INSPECTOR_TABS = [...VIEWS, 'frames'] as const;
export type InspectorTab = (typeof INSPECTOR_TABS)[number];

/**
 * What a panel's page finds again when it is loaded anew. VS Code keeps it on disk: no payload, no draft and
 * nothing else that may be secret belongs in it.
 */
export interface ViewState {
  /** The session that selection and offset belong to; the host restores its recording by this name. */
  readonly session: string;
  /** The selected row. */
  readonly selected: number | undefined;
  /** Where the selection began, if it has several rows. */
  readonly anchor: number | undefined;
  /** Whether the selected row is open in the inspector. */
  readonly inspecting: boolean;
  /** Whether the handshake is open in the inspector's place. */
  readonly handshake: boolean;
  /** Whether the timeline stays at its end. */
  readonly follow: boolean;
  /** The timeline's offset in pixels. */
  readonly offset: number;
  /** What the time column shows, and the row that it may count from. */
  readonly time: TimeMode;
  readonly zero: TimeZero | undefined;
  /** Whether the chart of the rate is open. */
  readonly chart: boolean;
  /** Views that were chosen by hand for text and for binary messages. */
  readonly textView: InspectorTab;
  readonly binaryView: InspectorTab;
  /** The inspector's part of the width when it is beside the timeline, of the height when it is below, in percent. */
  readonly beside: number;
  readonly below: number;
  readonly mode: ComposerMode;
  /** Filters and how to search; never what for. */
  readonly search: SearchOptions;
}

export const LEAST_SHARE = 15;
export const GREATEST_SHARE = 85;

const INITIAL: ViewState = {
  session: '',
  selected: undefined,
  anchor: undefined,
  inspecting: false,
  handshake: false,
  follow: true,
  offset: 0,
  time: 'clock',
  zero: undefined,
  chart: true,
  textView: 'pretty',
  binaryView: 'hex',
  beside: 45,
  below: 50,
  mode: 'text',
  search: NO_SEARCH,
};

/** Reads what an earlier page left, which may be anything; what is about another session is forgotten. */
export function restoreViewState(kept: unknown, session: string): ViewState {
  const from = recordOf<ViewState>(kept);
  const isSame = from.session === session;
  const selected = isSame && isIndex(from.selected) ? from.selected : undefined;
  return {
    session,
    selected,
    anchor: selected !== undefined && isIndex(from.anchor) ? from.anchor : undefined,
    inspecting: selected !== undefined && from.inspecting === true,
    handshake: isSame && from.handshake === true,
    follow: !isSame || from.follow !== false,
    offset: isSame && isIndex(from.offset) ? from.offset : INITIAL.offset,
    time: oneOf(TIME_MODES, from.time) ?? INITIAL.time,
    zero: isSame ? restoreZero(from.zero) : undefined,
    chart: from.chart !== false,
    textView: oneOf(INSPECTOR_TABS, from.textView) ?? INITIAL.textView,
    binaryView: oneOf(INSPECTOR_TABS, from.binaryView) ?? INITIAL.binaryView,
    beside: share(from.beside) ?? INITIAL.beside,
    below: share(from.below) ?? INITIAL.below,
    mode: oneOf(COMPOSER_MODES, from.mode) ?? INITIAL.mode,
    search: restoreSearch(from.search, isSame),
  };
}

function restoreZero(kept: unknown): TimeZero | undefined {
  const { seq, time } = recordOf<TimeZero>(kept);
  return isIndex(seq) && isIndex(time) ? { seq, time } : undefined;
}

/** What is left out belongs to a session; how a user searches, to the user. */
function restoreSearch(kept: unknown, isSame: boolean): SearchOptions {
  const from = recordOf<SearchOptions>(kept);
  const kinds = Array.isArray(from.kinds) ? from.kinds : [];
  return {
    direction: (isSame && oneOf(DIRECTION_CHOICES, from.direction)) || NO_SEARCH.direction,
    kinds: isSame ? KIND_GROUPS.filter((group) => kinds.includes(group)) : [],
    mode: oneOf(SEARCH_MODES, from.mode) ?? NO_SEARCH.mode,
    caseSensitive: from.caseSensitive === true,
    onlyMatches: from.onlyMatches === true,
  };
}

function recordOf<T>(value: unknown): Partial<Record<keyof T, unknown>> {
  return typeof value === 'object' && value !== null ? value : {};
}

const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function oneOf<T>(values: readonly T[], value: unknown): T | undefined {
  return values.find((known) => known === value);
}

function share(value: unknown): number | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  return Math.min(Math.max(value, LEAST_SHARE), GREATEST_SHARE);
}
