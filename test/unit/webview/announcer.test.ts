import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createAnnouncer } from '../../../src/webview/announcer.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('says the first at once, and of those that come too soon the last', () => {
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
