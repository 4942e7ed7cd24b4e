import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createViewKeeper } from '../../../src/webview/viewKeeper.ts';
import { restoreViewState } from '../../../src/webview/viewState.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('keeps the last of many changes, once it has stood for a moment', () => {
  const kept: unknown[] = [];
  const keep = createViewKeeper({ keep: (view) => void kept.push(view) });
  const views = [1, 2, 3].map((offset) => ({ ...restoreViewState(undefined, 's'), offset }));
  for (const view of views) {
    keep(view);
    vi.advanceTimersByTime(50);
  }
  expect(kept).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(kept).toEqual([views[2]]);
});
