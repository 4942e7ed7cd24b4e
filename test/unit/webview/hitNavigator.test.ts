import { describe, expect, it, vi } from 'vitest';
import { createHitNavigator } from '../../../src/webview/search/hitNavigator.ts';
import { createRemoteSearch } from '../../../src/webview/search/pageSearch.ts';
import type { RemoteSearch } from '../../../src/webview/search/pageSearch.ts';
import { fakeSearchCalls } from './support/fakeSearchCalls.ts';

/** Hits at rows 10, 20 and 30 of 100; the selection follows where it goes. */
function setUp(found = 3, done = true) {
  const host = fakeSearchCalls([10, 20, 30]);
  let selected: number | undefined;
  const made = createRemoteSearch(host.calls, 's1', {}, 0, () => navigator.refresh());
  let search: RemoteSearch | undefined = made;
  const went: number[] = [];
  const onChange = vi.fn();
  const onError = vi.fn();
  const select = (seq: number | undefined): void => {
    selected = seq;
    navigator.refresh();
  };
  const navigator = createHitNavigator({
    ...{ find: () => search, selected: () => selected, firstInView: () => 15, onChange, onError },
    go(seq) {
      went.push(seq);
      select(seq);
    },
  });
  const find = (hits: number, isDone: boolean): void =>
    made.onState(host.finds('s1', hits, { done: isDone, scanned: isDone ? 100 : hits * 10 + 1 }));
  find(found, done);
  return { ...host, navigator, went, onChange, onError, select, find, lose: () => (search = undefined) };
}

describe('going from hit to hit', () => {
  it('begins at the rows in view', async () => {
    const next = setUp();
    next.navigator.step(1);
    await expect.poll(() => next.went).toEqual([20]);
    const previous = setUp();
    previous.navigator.step(-1);
    await expect.poll(() => previous.went).toEqual([10]);
  });

  it('continues from the selected row, and wraps around', async () => {
    const { navigator, went, select } = setUp();
    select(11);
    for (const expected of [[20], [20, 30], [20, 30, 10]]) {
      navigator.step(1);
      await expect.poll(() => went).toEqual(expected);
    }
    navigator.step(-1);
    await expect.poll(() => went.at(-1)).toBe(30);
  });

  it('counts every call, also fast ones', async () => {
    const { navigator, went } = setUp();
    navigator.step(1);
    navigator.step(1);
    navigator.step(1);
    await expect.poll(() => went).toEqual([20, 30, 10]);
    await expect.poll(() => navigator.current).toBe(0);
  });

  it('waits for hits that are not found yet instead of wrapping around', async () => {
    const { navigator, went, select, find } = setUp(1, false);
    select(10);
    navigator.step(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(went).toEqual([]);
    find(2, false);
    await expect.poll(() => went).toEqual([20]);
    navigator.step(1);
    find(2, true);
    await expect.poll(() => went).toEqual([20, 10]);
  });

  it('wraps backwards to the last hit only after the search has ended', async () => {
    const { navigator, went, select, find } = setUp(2, false);
    select(5);
    navigator.step(-1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(went).toEqual([]);
    find(3, true);
    await expect.poll(() => went).toEqual([30]);
  });

  it('does nothing without hits', async () => {
    const { navigator, went, onError, lose } = setUp(0);
    navigator.step(1);
    lose();
    navigator.step(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([went, onError.mock.calls]).toEqual([[], []]);
  });

  it('reports an error', async () => {
    const { navigator, calls, onError } = setUp();
    calls.hits.mockRejectedValueOnce(new Error('gone'));
    navigator.step(1);
    await expect.poll(() => onError.mock.calls.length).toBe(1);
  });
});

describe('the current hit', () => {
  it('is the number of the selected one', async () => {
    const { navigator, select, onChange } = setUp();
    select(20);
    await expect.poll(() => navigator.current).toBe(1);
    expect(onChange).toHaveBeenCalled();
    select(21);
    await expect.poll(() => navigator.current).toBeUndefined();
    select(undefined);
    expect(navigator.current).toBeUndefined();
  });

  it('is requested once per row, not for each report of the search', async () => {
    const { navigator, select, calls, find } = setUp();
    select(20);
    await expect.poll(() => navigator.current).toBe(1);
    const asked = calls.hitPosition.mock.calls.length;
    for (let i = 0; i < 5; i++) find(3, true);
    expect(calls.hitPosition.mock.calls.length).toBe(asked);
  });

  it('is requested again until its row was searched', async () => {
    const { navigator, select, find } = setUp(1, false);
    select(20);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(navigator.current).toBeUndefined();
    find(2, false);
    await expect.poll(() => navigator.current).toBe(1);
  });
});
