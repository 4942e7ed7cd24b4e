import type { PanelSearchCalls, PanelSearchState } from '../../shared/panelProtocol.ts';
import type { MarkSource } from '../timeline/markCache.ts';
import { foundRows, NO_ROWS } from '../timeline/rowSource.ts';
import type { RowSource } from '../timeline/rowSource.ts';
import { count } from '../text/figures.ts';
import { TEXT } from '../texts.ts';
import { createHitNavigator } from './hitNavigator.ts';
import type { HitNavigatorOptions } from './hitNavigator.ts';
import { createSearchModel } from './searchModel.ts';
import { wantedQueries } from './searchOptions.ts';
import type { SearchOptions } from './searchOptions.ts';
import { searchStatus } from './searchStatus.ts';
import type { SearchStatus } from './searchStatus.ts';

export interface PageSearchOptions extends Omit<HitNavigatorOptions, 'find'> {
  readonly calls: PanelSearchCalls;
  /** For screen readers: how many hits there are once all rows were looked at. */
  readonly announce: (sentence: string) => void;
}

/** Filter and search of a page, as its parts see them. What is searched for stays in memory. */
export interface PageSearch {
  readonly status: SearchStatus;
  /** The rows to show; `everyRow` where none is left out. */
  rows(everyRow: RowSource): RowSource;
  /** What is marked among those rows. */
  readonly marks: MarkSource | undefined;
  /** Why no row is shown, where that is the filter's doing. */
  readonly empty: readonly string[] | undefined;
  /** Filters, what to search for, or the first row of the session changed. Searches again what was cancelled. */
  set(options: SearchOptions, pattern: string, firstRow: number): void;
  onSearched(states: readonly PanelSearchState[]): void;
  cancel(): void;
  step(by: 1 | -1): void;
  /** Another row is selected. */
  onSelected(): void;
}

export function createPageSearch({ calls, announce, onChange, ...others }: PageSearchOptions): PageSearch {
  /** The search whose end was announced: that of a live session ends again with every row that arrives. */
  let announced: string | undefined;

  const model = createSearchModel(calls, () => {
    navigator.refresh();
    const { find } = model;
    if (find?.state?.done === true && find.name !== announced) {
      announced = find.name;
      announce(TEXT.searchDone(find.length === 0 ? TEXT.noMatches : TEXT.matches(count(find.length))));
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
    get empty() {
      const { list } = model;
      if (list === undefined) return [];
      if (list === 'all') return undefined;
      if (list.isCancelled) return TEXT.emptyCancelled;
      if (list.problem !== undefined) return [list.problem];
      return list.isAtWork ? [] : TEXT.emptyMatches;
    },
    set: (options, pattern, firstRow) => model.set(wantedQueries(options, pattern), firstRow),
    onSearched: (states) => model.onSearched(states),
    cancel: () => model.cancel(),
    step: (by) => navigator.step(by),
    onSelected: () => navigator.refresh(),
  };
}
