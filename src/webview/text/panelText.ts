import type { SessionState } from '../../shared/session.ts';
import { TEXT } from '../texts.ts';
import { count } from './figures.ts';

/** `12 rows`, or `3 of 12 rows` where some are left out. */
export function rowsText(shown: number, all: number): string {
  return shown === all ? TEXT.rows(count(all)) : TEXT.rowsOf(count(shown), count(all));
}

/** What stands in a timeline without rows. */
export function emptyText(state: SessionState): readonly string[] {
  switch (state) {
    case 'idle':
      return TEXT.emptyIdle;
    case 'connecting':
    case 'waiting':
      return TEXT.emptyConnecting;
    case 'closed':
    case 'failed':
      return TEXT.emptyClosed;
    case 'open':
    case 'closing':
      return [];
  }
}
