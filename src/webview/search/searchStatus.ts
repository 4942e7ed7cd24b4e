import { count } from '../text/figures.ts';
import { TEXT } from '../texts.ts';
import type { RemoteSearch } from './remoteSearch.ts';

/** What the toolbar says about the search. */
export interface SearchStatus {
  /** `3 of 912`, `912 matches`; empty while nothing is searched. */
  readonly text: string;
  /** What else is to be known. */
  readonly title: string;
  readonly problem: string | undefined;
  /** From 0 to 1 while the user waits. */
  readonly progress: number | undefined;
  readonly canStep: boolean;
  /** Nothing was found. */
  readonly isEmpty: boolean;
  readonly isCancelled: boolean;
}

export const NO_STATUS: SearchStatus = {
  text: '',
  title: '',
  problem: undefined,
  progress: undefined,
  canStep: false,
  isEmpty: false,
  isCancelled: false,
};

/**
 * @param atWork what the user waits for
 * @param current number of the hit that is selected, from 0
 */
export function searchStatus(
  find: RemoteSearch | undefined,
  atWork: RemoteSearch | undefined,
  current: number | undefined,
): SearchStatus {
  const { scanned = 0, total = 0 } = atWork?.state ?? {};
  const progress = atWork === undefined ? undefined : total > 0 ? Math.min(1, scanned / total) : 0;
  if (find === undefined) return { ...NO_STATUS, progress };
  const { problem, length, isCancelled, state } = find;
  const isFruitless = length === 0 && !find.isAtWork;
  return {
    text: text(find, current),
    title: state !== undefined && state.skipped > 0 ? TEXT.skipped(count(state.skipped)) : '',
    problem,
    progress,
    canStep: problem === undefined && !isCancelled && !isFruitless,
    isEmpty: isFruitless && problem === undefined && !isCancelled,
    isCancelled,
  };
}

function text({ problem, length, isCancelled, isAtWork }: RemoteSearch, current: number | undefined): string {
  if (isCancelled) return TEXT.searchCancelled;
  if (problem !== undefined) return length > 0 ? TEXT.searchStopped : '';
  if (current !== undefined) return TEXT.matchOf(count(current + 1), count(length));
  if (length === 0) return isAtWork ? TEXT.searching : TEXT.noMatches;
  return TEXT.matches(count(length));
}
