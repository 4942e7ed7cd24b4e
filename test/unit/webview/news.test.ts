import { describe, expect, it } from 'vitest';
import type { PanelState } from '../../../src/shared/panelProtocol.ts';
import type { SessionSummary } from '../../../src/shared/session.ts';
import { news } from '../../../src/webview/text/news.ts';

const NOW = 1_800_000_000_000;

const panel = (session: Partial<SessionSummary>, rows = 0): PanelState => ({
  session: { state: 'open', attempt: undefined, ...session } as SessionSummary,
  rows,
  remoteName: '',
  heartbeat: false,
});

describe('what a screen reader is told', () => {
  it('is a new state, before all else', () => {
    expect(news(panel({ state: 'connecting' }, 1), panel({ state: 'open' }, 2), true, NOW)).toBe('Open');
  });

  it('is when a reconnect comes, once and not every second', () => {
    const waiting = panel({ state: 'waiting', attempt: { number: 1, of: 3, nextAt: NOW + 2_000 } });
    expect(news(panel({}), waiting, true, NOW)).toBe('Reconnecting in 2 s (1 of 3)');
    expect(news(waiting, waiting, true, NOW + 1_000)).toBeUndefined();
  });

  it('is how many rows there are, while the user follows them', () => {
    expect(news(panel({}, 1), panel({}, 1_200), true, NOW)).toBe('1,200 rows');
    expect(news(panel({}, 1), panel({}, 1_200), false, NOW)).toBeUndefined();
    expect(news(panel({}, 1), panel({}, 1), true, NOW)).toBeUndefined();
  });
});
