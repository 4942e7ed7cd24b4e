import { count } from '../text/figures.ts';
import { SEARCH_TEXT } from './searchTexts.ts';
import type { FoundHits } from './hitNavigator.ts';

/** The search's state as the toolbar shows it. */
export interface SearchStatus {
  /** `3 of 912`, `912 matches`; empty while nothing is searched. */
  readonly text: string;
  /** More detail, for a tooltip. */
  readonly title: string;
  readonly problem: string | undefined;
  /** From 0 to 1 while the user waits. */
  readonly progress: number | undefined;
  readonly canStep: boolean;
  /** It is done and found nothing. */
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
 * @param atWork the search that the user waits for
 * @param current index of the selected hit, from 0
 */
export function searchStatus(
  find: FoundHits | undefined,
  atWork: FoundHits | undefined,
  current: number | undefined,
): SearchStatus {
  const { scanned = 0, total = 0 } = atWork?.state ?? {};
  const progress = atWork === undefined ? undefined : total > 0 ? Math.min(1, scanned / total) : 0;
  if (find === undefined) return { ...NO_STATUS, progress };
  const { problem, length, isCancelled, state } = find;
  const isFruitless = length === 0 && !find.isAtWork;
  return {
    text: text(find, current),
    title: state !== undefined && state.skipped > 0 ? SEARCH_TEXT.skipped(count(state.skipped)) : '',
    problem,
    progress,
    canStep: problem === undefined && !isCancelled && !isFruitless,
    isEmpty: isFruitless && problem === undefined && !isCancelled,
    isCancelled,
  };
}

function text({ problem, length, isCancelled, isAtWork }: FoundHits, current: number | undefined): string {
  if (isCancelled) return SEARCH_TEXT.searchCancelled;
  if (problem !== undefined) return length > 0 ? SEARCH_TEXT.searchStopped : '';
  if (current !== undefined) return SEARCH_TEXT.matchOf(count(current + 1), count(length));
  if (length === 0) return isAtWork ? SEARCH_TEXT.searching : SEARCH_TEXT.noMatches;
  return SEARCH_TEXT.matches(count(length));
}
