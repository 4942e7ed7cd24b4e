import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PanelState } from '../../../src/shared/panelProtocol.ts';
import { SESSION_STATES } from '../../../src/shared/session.ts';
import type { SessionSummary } from '../../../src/shared/session.ts';
import {
  createAnnouncer,
  emptyText,
  liveRegionText,
  rowsText,
} from '../../../src/webview/page/liveRegion.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('announces the first text at once, and the last of several that follow too soon', () => {
  const said: string[] = [];
  const announce = createAnnouncer((sentence) => said.push(sentence));
  announce('Open');
  for (let rows = 1; rows <= 50; rows++) announce(`${rows} rows`);
  expect(said).toEqual(['Open']);
  vi.advanceTimersByTime(4_999);
  expect(said).toEqual(['Open']);
  vi.advanceTimersByTime(1);
  expect(said).toEqual(['Open', '50 rows']);
  vi.advanceTimersByTime(60_000);
  expect(said).toEqual(['Open', '50 rows']);
  announce('Closed');
  expect(said).toEqual(['Open', '50 rows', 'Closed']);
});

const NOW = 1_800_000_000_000;

const panel = (session: Partial<SessionSummary>, rows = 0): PanelState => ({
  session: { state: 'open', attempt: undefined, ...session } as SessionSummary,
  rows,
  remoteName: '',
  repeat: undefined,
  heartbeat: false,
});

describe('the announcement for a screen reader', () => {
  it('is a new state, before anything else', () => {
    expect(liveRegionText(panel({ state: 'connecting' }, 1), panel({ state: 'open' }, 2), true, NOW)).toBe(
      'Open',
    );
  });

  it('is the time of a reconnect, once and not every second', () => {
    const waiting = panel({ state: 'waiting', attempt: { number: 1, of: 3, nextAt: NOW + 2_000 } });
    expect(liveRegionText(panel({}), waiting, true, NOW)).toBe('Reconnecting in 2 s (1 of 3)');
    expect(liveRegionText(waiting, waiting, true, NOW + 1_000)).toBeUndefined();
  });

  it('is the number of rows while the timeline follows', () => {
    expect(liveRegionText(panel({}, 1), panel({}, 1_200), true, NOW)).toBe('1,200 rows');
    expect(liveRegionText(panel({}, 1), panel({}, 1_200), false, NOW)).toBeUndefined();
    expect(liveRegionText(panel({}, 1), panel({}, 1), true, NOW)).toBeUndefined();
  });
});

it('counts the rows, and those that a filter leaves', () => {
  expect(rowsText(1, 1)).toBe('1 row');
  expect(rowsText(1_200, 1_200)).toBe('1,200 rows');
  expect(rowsText(3, 1_200)).toBe('3 of 1,200 rows');
  expect(rowsText(1_000, 1_200, 200)).toBe('1,000 rows, 200 folded');
  expect(rowsText(3, 1_200, 200)).toBe('3 of 1,200 rows, 200 folded');
});

it('says what to do about an empty timeline, unless messages may arrive at any moment', () => {
  const silent = SESSION_STATES.filter((state) => emptyText(state).length === 0);
  expect(silent).toEqual(['open', 'closing']);
});
