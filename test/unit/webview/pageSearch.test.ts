import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DuplexError } from '../../../src/shared/errors.ts';
import type { PanelQuery } from '../../../src/shared/panelProtocol.ts';
import { createSearchModel } from '../../../src/webview/search/pageSearch.ts';
import { fakeSearchCalls } from './support/fakeSearchCalls.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const IN: PanelQuery = { directions: ['in'] };
const tick = (pattern = 'tick'): PanelQuery => ({ text: { pattern, mode: 'plain', caseSensitive: false } });
const NOTHING = { list: undefined, find: undefined };

function setUp() {
  const host = fakeSearchCalls([1, 5, 9]);
  const onChange = vi.fn();
  const model = createSearchModel(host.calls, onChange);
  return { ...host, onChange, model };
}

describe('the list', () => {
  it('is every row at once while nothing is filtered', () => {
    const { model, started } = setUp();
    expect(model.list).toBeUndefined();
    model.set(NOTHING, 0);
    expect(model.list).toBe('all');
    expect(started()).toEqual([]);
  });

  it('stays unchanged until the filter has a hit, and no search is left over', () => {
    const { model, finds, started, ended } = setUp();
    model.set(NOTHING, 0);
    model.set({ list: IN, find: undefined }, 0);
    expect(model.list).toBe('all');
    model.onSearched([finds('s1', 0)]);
    expect(model.list).toBe('all');
    model.onSearched([finds('s1', 1)]);
    expect(model.list).toMatchObject({ name: 's1', length: 1 });
    model.set(NOTHING, 0);
    expect(model.list).toBe('all');
    expect([started(), ended]).toEqual([['s1'], ['s1']]);
  });

  it('is shown empty after the search has ended, or if it takes long', () => {
    const first = setUp();
    first.model.set({ list: IN, find: undefined }, 0);
    first.model.onSearched([first.finds('s1', 0, { done: true })]);
    expect(first.model.list).toMatchObject({ name: 's1', length: 0 });
    const second = setUp();
    second.model.set(NOTHING, 0);
    second.model.set({ list: IN, find: undefined }, 0);
    second.onChange.mockClear();
    vi.advanceTimersByTime(1_000);
    expect(second.model.list).toMatchObject({ name: 's1' });
    expect(second.onChange).toHaveBeenCalled();
  });

  it('stays unchanged for an invalid pattern, with the reason', async () => {
    const { model, calls, finds, ended } = setUp();
    model.set({ list: IN, find: undefined }, 0);
    model.onSearched([finds('s1', 2)]);
    calls.startSearch.mockRejectedValueOnce(new DuplexError('call.invalid', 'This ( is never closed.'));
    const broken = tick('a(');
    model.set({ list: broken, find: broken }, 0);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(model.find?.problem).toBe('This ( is never closed.');
    expect(model.list).toMatchObject({ name: 's1' });
    expect(model.atWork).toMatchObject({ name: 's1' });
    model.set({ list: IN, find: undefined }, 0);
    expect(model.list).toMatchObject({ name: 's1' });
    expect(ended).toEqual(['s2']);
  });

  it('shows every row if the first search fails', async () => {
    const { model, calls } = setUp();
    calls.startSearch.mockRejectedValueOnce(new DuplexError('call.invalid', 'Not recorded.'));
    model.set({ list: IN, find: undefined }, 0);
    await vi.advanceTimersByTimeAsync(0);
    expect(model.list).toBe('all');
  });
});

describe('searches', () => {
  it('continue while their query stays the same, and are shared by list and find', () => {
    const { model, finds, started, ended } = setUp();
    const query = tick();
    model.set({ list: undefined, find: query }, 0);
    model.onSearched([finds('s1', 2)]);
    model.set({ list: query, find: query }, 0);
    expect(model.list).toBe(model.find);
    model.set({ list: undefined, find: tick() }, 0);
    expect(model.list).toBe('all');
    expect(started()).toEqual(['s1']);
    model.set({ list: undefined, find: tick('tock') }, 0);
    expect([started(), ended]).toEqual([['s1', 's2'], ['s1']]);
  });

  it('begin again when rows are cleared, because their hits have other numbers', () => {
    const { model, finds, started, ended } = setUp();
    model.set({ list: IN, find: undefined }, 0);
    model.onSearched([finds('s1', 2)]);
    model.set({ list: IN, find: undefined }, 40);
    model.onSearched([finds('s2', 1, { scanned: 5 })]);
    expect([started(), ended]).toEqual([['s1', 's2'], ['s1']]);
    expect(model.list).toMatchObject({ name: 's2' });
    expect(model.find).toBeUndefined();
    const { list } = model;
    expect([44, 45].map((seq) => list !== 'all' && list?.covers(seq))).toEqual([true, false]);
  });

  it('that are cancelled are ended and empty, and are begun again on request', () => {
    const { model, finds, started, ended } = setUp();
    const query = tick();
    model.set({ list: query, find: query }, 0);
    model.onSearched([finds('s1', 2)]);
    expect(model.atWork).toMatchObject({ name: 's1' });
    model.cancel();
    expect(ended).toEqual(['s1']);
    expect(model.atWork).toBeUndefined();
    expect(model.find).toMatchObject({ isCancelled: true, length: 0 });
    // An event that was already on its way.
    model.onSearched([finds('s1', 3)]);
    expect(model.find?.length).toBe(0);
    model.set({ list: query, find: query }, 0);
    expect(started()).toEqual(['s1', 's2']);
    expect(ended).toEqual(['s1']);
  });

  it('settle every waiting call when they are done or failed', () => {
    const { model, finds } = setUp();
    model.set({ list: undefined, find: tick() }, 0);
    model.onSearched([finds('s1', 3, { done: true })]);
    expect(model.atWork).toBeUndefined();
    model.onSearched([finds('s1', 3, { error: { code: 'call.timeout', message: 'Takes too long.' } })]);
    expect(model.atWork).toBeUndefined();
    expect(model.find?.problem).toBe('Takes too long.');
  });
});
