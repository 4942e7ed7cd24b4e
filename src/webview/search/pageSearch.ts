import type { PanelSearchCalls, PanelSearchState } from '../../shared/panelProtocol.ts';
import type { MarkSource, RowSource } from '../rows/rowSource.ts';
import { foundRows, NO_ROWS } from '../rows/rowSource.ts';
import { count } from '../text/figures.ts';
import { SEARCH_TEXT } from './searchTexts.ts';
import { createHitNavigator } from './hitNavigator.ts';
import type { HitNavigatorOptions } from './hitNavigator.ts';
import { createSearchModel } from './searchModel.ts';
import { wantedQueries } from './searchOptions.ts';
import type { SearchOptions } from './searchOptions.ts';
import { searchStatus } from './searchStatus.ts';
import type { SearchStatus } from './searchStatus.ts';

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
