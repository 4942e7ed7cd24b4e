import { toDuplexError } from '../../shared/errors.ts';
import type { PanelQuery, PanelSearchCalls, PanelSearchState } from '../../shared/panelProtocol.ts';
import type { SearchState } from '../../shared/queryProtocol.ts';
import type { MarkSource, RowSource } from '../rows/rowSource.ts';
import { foundRows, NO_ROWS } from '../rows/rowSource.ts';
import { count } from '../text/figures.ts';
import { SEARCH_TEXT } from './searchTexts.ts';
import { createHitNavigator } from './hitNavigator.ts';
import type { FoundHits, HitNavigatorOptions } from './hitNavigator.ts';
import { wantedQueries } from './searchOptions.ts';
import type { SearchOptions, WantedQueries } from './searchOptions.ts';
import { searchStatus } from './searchStatus.ts';
import type { SearchStatus } from './searchStatus.ts';

/** Milliseconds that the previous rows stay while a search has found nothing yet. Most searches take less. */
const PATIENCE = 300;

export interface PageSearchOptions extends Omit<HitNavigatorOptions, 'find'> {
  readonly calls: PanelSearchCalls;
  /** Announces the number of hits to screen readers once all rows were scanned. */
  readonly announce: (sentence: string) => void;
}

/** Filter and search of a page. The search text stays in memory. */
export interface PageSearch {
  readonly status: SearchStatus;
  /** The rows to show; `everyRow` if no filter is set. */
  rows(everyRow: RowSource): RowSource;
  /** The hits to mark among those rows. */
  readonly marks: MarkSource | undefined;
  /** Number of rows of heartbeats and chores that are left out. */
  readonly folded: number;
  /** Why the filter or the search leaves no row, as sentences; undefined if there are rows. */
  readonly empty: readonly string[] | undefined;
  /** Call it when filters, search text, first row or protocol change. It restarts a cancelled search. */
  set(options: SearchOptions, pattern: string, firstRow: number, protocol?: string): void;
  onSearched(states: readonly PanelSearchState[]): void;
  cancel(): void;
  step(by: 1 | -1): void;
  /** Another row is selected. */
  onSelected(): void;
}

export function createPageSearch({ calls, announce, onChange, ...others }: PageSearchOptions): PageSearch {
  /** The search whose end was announced. A search of a live session ends again with every new row. */
  let announced: string | undefined;

  const model = createSearchModel(calls, () => {
    navigator.refresh();
    const { find } = model;
    if (find?.state?.done === true && find.name !== announced) {
      announced = find.name;
      announce(
        SEARCH_TEXT.searchDone(
          find.length === 0 ? SEARCH_TEXT.noMatches : SEARCH_TEXT.matches(count(find.length)),
        ),
      );
    }
    onChange();
  });
  const navigator = createHitNavigator({ ...others, onChange, find: () => model.find });

  return {
    get status() {
      return searchStatus(model.find, model.atWork, navigator.current);
    },
    rows(everyRow) {
      const { list } = model;
      if (list === undefined) return NO_ROWS;
      return list === 'all' ? everyRow : foundRows(list);
    },
    get marks(): MarkSource | undefined {
      const { find, list } = model;
      if (find === undefined || find === list || find.isCancelled) return undefined;
      return {
        key: find.name,
        scanned: find.state?.scanned ?? 0,
        covers: (seq) => find.covers(seq),
        hitsBetween: (from, end) => find.hitsBetween(from, end),
      };
    },
    get folded() {
      const { list } = model;
      return list === undefined || list === 'all' ? 0 : (list.state?.folded ?? 0);
    },
    get empty() {
      const { list } = model;
      if (list === undefined) return [];
      if (list === 'all') return undefined;
      if (list.isCancelled) return SEARCH_TEXT.emptyCancelled;
      if (list.problem !== undefined) return [list.problem];
      return list.isAtWork ? [] : SEARCH_TEXT.emptyMatches;
    },
    set: (options, pattern, firstRow, protocol) =>
      model.set(wantedQueries(options, pattern, protocol), firstRow),
    onSearched: (states) => model.onSearched(states),
    cancel: () => model.cancel(),
    step: (by) => navigator.step(by),
    onSelected: () => navigator.refresh(),
  };
}

export interface SearchModel {
  /** The search whose hits the timeline shows; `all` for every row; undefined before the first answer. */
  readonly list: RemoteSearch | 'all' | undefined;
  /** The search whose hits are marked, counted and stepped through. */
  readonly find: RemoteSearch | undefined;
  /** The search that the user waits for. */
  readonly atWork: RemoteSearch | undefined;
  /** A running search continues if its query stays the same. */
  set(wanted: WantedQueries, firstRow: number): void;
  onSearched(states: readonly PanelSearchState[]): void;
  /** Cancels the searches that the user waits for. */
  cancel(): void;
}

/** The searches of a page: at most one for its list and one to find, or one for both. */
export function createSearchModel(calls: PanelSearchCalls, onChange: () => void): SearchModel {
  /** Searches that the host runs, by name. */
  const running = new Map<string, RemoteSearch>();
  let began = 0;
  let searchedFrom = 0;
  let list: RemoteSearch | 'all' | undefined;
  /** Replaces `list` once it has something to show. */
  let next: RemoteSearch | 'all' | undefined;
  let find: RemoteSearch | undefined;
  let patience: ReturnType<typeof setTimeout> | undefined;

  const isOver = ({ problem, isCancelled }: RemoteSearch): boolean => problem !== undefined || isCancelled;

  const sweep = (): void => {
    for (const [name, search] of running) {
      if (search === list || search === next || search === find) continue;
      search.end();
      running.delete(name);
    }
  };

  /** Replaces the list with the next one if that is ready. */
  const settle = (): void => {
    if (next === undefined || next === list) return sweep();
    if (next !== 'all' && next.state === undefined && next.problem !== undefined) {
      // It never started, for example because its pattern is incomplete: keep the current list.
      next = list ??= 'all';
    } else if (next === 'all' || next.length > 0 || !next.isAtWork) {
      list = next;
    }
    if (next === list) clearTimeout(patience);
    sweep();
  };

  const search = (query: PanelQuery | undefined, firstRow: number): RemoteSearch | undefined => {
    if (query === undefined) return undefined;
    const same = [...running.values()].find(
      (each) => !isOver(each) && JSON.stringify(each.query) === JSON.stringify(query),
    );
    if (same !== undefined && firstRow === searchedFrom) return same;
    const name = `s${++began}`;
    const made = createRemoteSearch(calls, name, query, firstRow, () => {
      settle();
      onChange();
    });
    running.set(name, made);
    return made;
  };

  return {
    get list() {
      return list;
    },
    get find() {
      return find;
    },
    get atWork() {
      return [find, next].find((each) => each !== 'all' && each?.isAtWork) as RemoteSearch | undefined;
    },
    set(wanted, firstRow) {
      find = search(wanted.find, firstRow);
      const isOne = wanted.list === wanted.find;
      next = isOne && find !== undefined ? find : (search(wanted.list, firstRow) ?? 'all');
      searchedFrom = firstRow;
      clearTimeout(patience);
      patience = setTimeout(() => {
        if (next === undefined || next === list) return;
        list = next;
        sweep();
        onChange();
      }, PATIENCE);
      settle();
      onChange();
    },
    onSearched(states) {
      for (const { search: name, ...state } of states) running.get(name)?.onState(state);
    },
    cancel() {
      for (const each of new Set([find, next])) if (each !== 'all' && each?.isAtWork) each.cancel();
    },
  };
}

/** The page's view of a search that the host runs. */
export interface RemoteSearch extends FoundHits {
  readonly query: PanelQuery;
  onState(state: SearchState): void;
  cancel(): void;
  end(): void;
}

/**
 * Starts a search on the host.
 * @param firstRow the first row to scan
 * @param onChange called when any property changed
 */
export function createRemoteSearch(
  calls: PanelSearchCalls,
  name: string,
  query: PanelQuery,
  firstRow: number,
  onChange: () => void,
): RemoteSearch {
  let state: SearchState | undefined;
  let refused: string | undefined;
  let isCancelled = false;
  let isEnded = false;

  calls.startSearch(name, query).catch((error: unknown) => {
    if (isEnded) return;
    refused = toDuplexError(error).message;
    onChange();
  });

  const end = (): void => {
    if (isEnded) return;
    isEnded = true;
    calls.endSearch(name);
  };

  return {
    name,
    query,
    get state() {
      return state;
    },
    get problem() {
      return refused ?? state?.error?.message;
    },
    get isCancelled() {
      return isCancelled;
    },
    get length() {
      return isCancelled ? 0 : (state?.hits ?? 0);
    },
    get isAtWork() {
      return !isEnded && refused === undefined && !state?.error && state?.done !== true;
    },
    covers: (seq) => state !== undefined && seq - firstRow < state.scanned,
    hits: (from, count) => calls.hits(name, from, count),
    hitsBetween: (from, until) => calls.hitsBetween(name, from, until),
    position: (seq) => calls.hitPosition(name, seq),
    onState(now) {
      if (isEnded) return;
      state = now;
      onChange();
    },
    cancel() {
      isCancelled = true;
      end();
      onChange();
    },
    end,
  };
}
