import type { PanelState } from '../../shared/panelProtocol.ts';
import type { SessionState } from '../../shared/session.ts';
import { stateText } from '../header/sessionState.ts';
import { count } from '../text/figures.ts';
import { PAGE_TEXT } from './pageTexts.ts';

/** Milliseconds between two announcements, so that a screen reader can finish a sentence. */
const INTERVAL = 5_000;

/**
 * Shows sentences in a live region, at most one per interval. If several come in between, only the last is shown,
 * later.
 * @returns a function that announces a sentence
 */
export function createAnnouncer(show: (sentence: string) => void): (sentence: string) => void {
  let waiting: string | undefined;
  let isBusy = false;
  const say = (sentence: string): void => {
    isBusy = true;
    show(sentence);
    setTimeout(() => {
      isBusy = false;
      const next = waiting;
      waiting = undefined;
      if (next !== undefined) say(next);
    }, INTERVAL);
  };
  return (sentence) => {
    if (isBusy) waiting = sentence;
    else say(sentence);
  };
}

/**
 * The sentence that a screen reader reads after a change: the new state, or else the number of rows if the timeline
 * follows the newest. The card of a failure announces the cause itself.
 * @param now in milliseconds since the epoch
 */
export function liveRegionText(
  before: PanelState,
  after: PanelState,
  follows: boolean,
  now: number,
): string | undefined {
  if (before.session.state !== after.session.state) return stateText(after.session, now);
  if (before.rows !== after.rows && follows) return PAGE_TEXT.rows(count(after.rows));
  return undefined;
}

/** `12 rows`, or `3 of 12 rows` if a filter hides some, or `9 rows, 3 folded`. */
export function rowsText(shown: number, all: number, folded = 0): string {
  const rows =
    shown + folded === all ? PAGE_TEXT.rows(count(shown)) : PAGE_TEXT.rowsOf(count(shown), count(all));
  return folded === 0 ? rows : PAGE_TEXT.folded(rows, count(folded));
}

/** The sentences of a timeline without rows. */
export function emptyText(state: SessionState): readonly string[] {
  switch (state) {
    case 'idle':
      return PAGE_TEXT.emptyIdle;
    case 'connecting':
    case 'waiting':
      return PAGE_TEXT.emptyConnecting;
    case 'closed':
    case 'failed':
      return PAGE_TEXT.emptyClosed;
    case 'open':
    case 'closing':
      return [];
  }
}
