import { expect, it } from 'vitest';
import { DuplexError } from '../../../src/shared/errors.ts';
import type { SearchState } from '../../../src/shared/queryProtocol.ts';
import { createRemoteSearch } from '../../../src/webview/search/pageSearch.ts';
import type { RemoteSearch } from '../../../src/webview/search/pageSearch.ts';
import { NO_STATUS, searchStatus } from '../../../src/webview/search/searchStatus.ts';
import { fakeSearchCalls, searchState } from './support/fakeSearchCalls.ts';

function search(state?: Partial<SearchState>): RemoteSearch {
  const made = createRemoteSearch(fakeSearchCalls([]).calls, 's1', {}, 0, () => undefined);
  if (state !== undefined) made.onState(searchState(state));
  return made;
}

const status = (find: RemoteSearch, current?: number) =>
  searchStatus(find, find.isAtWork ? find : undefined, current);

it('is empty without a search', () => {
  expect(searchStatus(undefined, undefined, undefined)).toEqual(NO_STATUS);
});

it('shows the progress of a filter as well', () => {
  const filter = search({ scanned: 25 });
  expect(searchStatus(undefined, filter, undefined)).toEqual({ ...NO_STATUS, progress: 0.25 });
});

it('counts while it searches', () => {
  expect(status(search())).toMatchObject({ text: 'Searching', progress: 0, canStep: true, isEmpty: false });
  expect(status(search({ hits: 1, scanned: 50 }))).toMatchObject({
    text: '1 match',
    progress: 0.5,
    canStep: true,
  });
  expect(status(search({ hits: 1912 }))).toMatchObject({ text: '1,912 matches' });
  expect(status(search({ hits: 1912 }), 2)).toMatchObject({ text: '3 of 1,912' });
});

it('shows the result', () => {
  const done = { done: true, scanned: 100 };
  expect(status(search({ hits: 3, ...done }))).toMatchObject({ text: '3 matches', progress: undefined });
  expect(status(search(done))).toMatchObject({ text: 'No matches', canStep: false, isEmpty: true });
  expect(status(search({ hits: 3, skipped: 2, ...done })).title).toMatch(/^2 messages are too long/);
});

it('shows why the search ended early', async () => {
  const error = { code: 'call.timeout', message: 'The pattern takes too long.' } as const;
  expect(status(search({ error }))).toMatchObject({ text: '', problem: error.message, canStep: false });
  expect(status(search({ hits: 4, error }))).toMatchObject({ text: 'Stopped', canStep: false });
  const cancelled = search({ hits: 4 });
  cancelled.cancel();
  expect(status(cancelled)).toMatchObject({
    text: 'Cancelled',
    isCancelled: true,
    canStep: false,
    isEmpty: false,
  });
  const { calls } = fakeSearchCalls([]);
  calls.startSearch.mockRejectedValueOnce(new DuplexError('call.invalid', 'Close the (.'));
  const refused = createRemoteSearch(calls, 's1', {}, 0, () => undefined);
  await expect.poll(() => status(refused).problem).toBe('Close the (.');
  expect(status(refused)).toMatchObject({ text: '', progress: undefined });
});
