import type { PanelQuery, PanelSearchCalls, PanelSearchState } from '../../shared/panelProtocol.ts';
import { createRemoteSearch } from './remoteSearch.ts';
import type { RemoteSearch } from './remoteSearch.ts';
import type { WantedQueries } from './searchOptions.ts';

/** Milliseconds that the previous rows stay while a search has found nothing yet. Most searches take less. */
const PATIENCE = 300;

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
