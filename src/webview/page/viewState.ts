import { isColumnPath } from '../../core/protocol/json/singularPath.ts';
import { COMPOSER_MODES } from '../../shared/panelProtocol.ts';
import type { ComposerMode } from '../../shared/panelProtocol.ts';
import { MAX_COLUMNS } from '../../shared/timelineProtocol.ts';
import type { JsonPairs } from '../../shared/unitIndexProtocol.ts';
import { UNIT_TYPES } from '../../shared/units.ts';
import { TIME_MODES } from '../rows/timeColumn.ts';
import type { TimeMode, TimeZero } from '../rows/timeColumn.ts';
import { INSPECTOR_TABS } from '../inspector/inspectorTabs.ts';
import type { InspectorTab } from '../inspector/inspectorTabs.ts';
import { GREATEST_SHARE, LEAST_SHARE } from '../parts/splitView.ts';
import { DIRECTION_CHOICES, KIND_GROUPS, NO_SEARCH, SEARCH_MODES } from '../search/searchOptions.ts';
import type { SearchOptions } from '../search/searchOptions.ts';

/**
 * The part of the page's state that survives a reload. VS Code stores it on disk, so it holds no payload, no draft and
 * no secret.
 */
export interface ViewState {
  /** The session that selection and offset belong to; the host restores its recording by this name. */
  readonly session: string;
  /** The selected row. */
  readonly selected: number | undefined;
  /** The row at which a selection of several rows began. */
  readonly anchor: number | undefined;
  /** Whether the selected row is open in the inspector. */
  readonly inspecting: boolean;
  /** Whether the handshake is open instead of the inspector. */
  readonly handshake: boolean;
  /** Whether the timeline stays at its end. */
  readonly follow: boolean;
  /** Scroll offset of the timeline in pixels. */
  readonly offset: number;
  /** The mode of the time column, and the row from which mode `mark` counts. */
  readonly time: TimeMode;
  readonly zero: TimeZero | undefined;
  /** Whether the chart of the rate is open. */
  readonly chart: boolean;
  /** Whether rows show their decoded form. */
  readonly decoded: boolean;
  /** Whether the conversation is open instead of the inspector. */
  readonly conversation: boolean;
  /** Whether the conversation shows topics instead of calls. */
  readonly topics: boolean;
  /** The paths by which the conversation pairs calls with replies; undefined to pair by the ids of the protocol. */
  readonly pairs: JsonPairs | undefined;
  /** JSONPaths of the user's columns. */
  readonly columns: readonly string[];
  /** The views last chosen for text and for binary messages. */
  readonly textView: InspectorTab;
  readonly binaryView: InspectorTab;
  /** The inspector's size in percent: its width beside the timeline, or its height below it. */
  readonly beside: number;
  readonly below: number;
  /** Whether the inspector wraps long lines. */
  readonly wraps: boolean;
  readonly mode: ComposerMode;
  /**
   * Whether the composer is hidden (undefined if the width decides), and its share of the panel's height in percent.
   */
  readonly composerHidden: boolean | undefined;
  readonly composerShare: number;
  /** Filters and search mode. The search text is not stored. */
  readonly search: SearchOptions;
}

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
  decoded: true,
  conversation: false,
  topics: false,
  pairs: undefined,
  columns: [],
  textView: 'pretty',
  binaryView: 'hex',
  beside: 45,
  below: 50,
  wraps: true,
  mode: 'text',
  composerHidden: undefined,
  composerShare: 24,
  search: NO_SEARCH,
};

/**
 * Validates the state that an earlier page stored. State of another session is dropped.
 * @param columns used if there is no stored state
 */
export function restoreViewState(
  kept: unknown,
  session: string,
  columns: readonly string[] = INITIAL.columns,
): ViewState {
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
    decoded: from.decoded !== false,
    conversation: isSame && from.conversation === true,
    topics: isSame && from.topics === true,
    pairs: isSame ? restorePairs(from.pairs) : undefined,
    columns: restoreColumns(from.columns) ?? columns,
    textView: oneOf(INSPECTOR_TABS, from.textView) ?? INITIAL.textView,
    binaryView: oneOf(INSPECTOR_TABS, from.binaryView) ?? INITIAL.binaryView,
    beside: share(from.beside) ?? INITIAL.beside,
    below: share(from.below) ?? INITIAL.below,
    wraps: from.wraps !== false,
    mode: oneOf(COMPOSER_MODES, from.mode) ?? INITIAL.mode,
    composerHidden: typeof from.composerHidden === 'boolean' ? from.composerHidden : undefined,
    composerShare: share(from.composerShare) ?? INITIAL.composerShare,
    search: restoreSearch(from.search, isSame),
  };
}

function restoreColumns(kept: unknown): string[] | undefined {
  if (!Array.isArray(kept)) return undefined;
  return kept.filter(isColumnPath).slice(0, MAX_COLUMNS);
}

function restoreZero(kept: unknown): TimeZero | undefined {
  const { seq, time } = recordOf<TimeZero>(kept);
  return isIndex(seq) && isIndex(time) ? { seq, time } : undefined;
}

function restorePairs(kept: unknown): JsonPairs | undefined {
  const { call, reply } = recordOf<JsonPairs>(kept);
  return typeof call === 'string' && typeof reply === 'string' ? { call, reply } : undefined;
}

/** Maximum stored names of units: as many as one query may list. */
const MAX_NAMES = 100;

/** Filters belong to one session; the search mode carries over to others. */
function restoreSearch(kept: unknown, isSame: boolean): SearchOptions {
  const from = recordOf<SearchOptions>(kept);
  const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
  const [kinds, types, names] = [list(from.kinds), list(from.types), list(from.names)];
  return {
    direction: (isSame && oneOf(DIRECTION_CHOICES, from.direction)) || NO_SEARCH.direction,
    kinds: isSame ? KIND_GROUPS.filter((group) => kinds.includes(group)) : [],
    types: isSame ? UNIT_TYPES.filter((type) => types.includes(type)) : [],
    names: isSame ? names.filter((name): name is string => typeof name === 'string').slice(0, MAX_NAMES) : [],
    operation: isSame && isIndex(from.operation) ? from.operation : undefined,
    folds: isSame && from.folds === true,
    mode: oneOf(SEARCH_MODES, from.mode) ?? NO_SEARCH.mode,
    caseSensitive: from.caseSensitive === true,
    decoded: from.decoded === true,
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

/** Milliseconds to wait before the state is stored: scrolling changes it every frame. */
const KEEP_AFTER = 100;

/** The stored state, with the URL, so that a page whose recording is gone can still reconnect. */
export type KeptState = ViewState & { readonly url: string };

/**
 * @param url of the session, secrets masked
 * @returns a debounced function that stores the state with VS Code
 */
export function createViewKeeper(
  host: { keep(state: KeptState): void },
  url: () => string,
): (view: ViewState) => void {
  let keeping: ReturnType<typeof setTimeout> | undefined;
  return (view) => {
    clearTimeout(keeping);
    keeping = setTimeout(() => host.keep({ ...view, url: url() }), KEEP_AFTER);
  };
}
