import { describe, expect, it, vi } from 'vitest';
import { createRemoteSearch } from '../../../src/webview/search/pageSearch.ts';
import { allRows, foundRows, NO_ROWS } from '../../../src/webview/rows/rowSource.ts';
import { fakeSearchCalls, searchState } from './support/fakeSearchCalls.ts';

describe('every row', () => {
  it('is at its number, counted from the first row that is not cleared', async () => {
    const pull = vi.fn(async () => []);
    const source = allRows(100, 40, pull);
    expect(source.length).toBe(60);
    await source.pull(5, 10);
    expect(pull).toHaveBeenCalledWith(45, 10);
    expect(source.seqAt(5)).toBe(45);
    expect([0, 45, 500].map((seq) => source.position(seq))).toEqual([0, 5, 60]);
    expect(source.covers(99)).toBe(true);
  });

  it('is in a new list after a clear, and in the same list while it grows', () => {
    const pull = async () => [];
    expect(allRows(10, 0, pull).key).toBe(allRows(20, 0, pull).key);
    expect(allRows(10, 5, pull).key).not.toBe(allRows(10, 0, pull).key);
    expect(allRows(3, 5, pull).length).toBe(0);
  });
});

it('found rows keep their order', async () => {
  const { calls } = fakeSearchCalls([10, 20, 30]);
  const search = createRemoteSearch(calls, 's1', {}, 0, () => undefined);
  expect(foundRows(search).length).toBe(0);
  search.onState(searchState({ hits: 3, scanned: 25 }));
  const source = foundRows(search);
  expect(source.length).toBe(3);
  expect((await source.pull(1, 5)).map(({ seq }) => seq)).toEqual([20, 30]);
  expect(await source.position(20)).toBe(1);
  expect(source.seqAt(0)).toBeUndefined();
  expect([24, 25].map((seq) => source.covers(seq))).toEqual([true, false]);
});

it('an empty source has no rows', async () => {
  expect([NO_ROWS.length, await NO_ROWS.pull(0, 10), NO_ROWS.position(5)]).toEqual([0, [], 0]);
});
