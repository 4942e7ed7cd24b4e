import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NO_SEARCH } from '../../../src/webview/search/searchOptions.ts';
import { createViewKeeper, restoreViewState } from '../../../src/webview/page/viewState.ts';
import type { ViewState } from '../../../src/webview/page/viewState.ts';

const KEPT: ViewState = {
  session: 's1',
  selected: 7,
  anchor: 5,
  inspecting: true,
  handshake: true,
  follow: false,
  offset: 220,
  time: 'mark',
  zero: { seq: 3, time: 1_234 },
  chart: false,
  decoded: false,
  conversation: true,
  topics: true,
  pairs: { call: '$.q', reply: '$.a' },
  columns: ['$.type'],
  textView: 'raw',
  binaryView: 'pretty',
  beside: 30,
  below: 60,
  wraps: false,
  mode: 'json',
  composerHidden: true,
  composerShare: 40,
  search: {
    direction: 'in',
    kinds: ['text', 'control'],
    types: ['call', 'control'],
    names: ['chat', ''],
    operation: 7,
    folds: true,
    mode: 'regex',
    caseSensitive: true,
    decoded: true,
    onlyMatches: true,
  },
};

const many = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));

describe('restoreViewState', () => {
  it('restores everything for the same session', () => {
    expect(restoreViewState(KEPT, 's1')).toEqual(KEPT);
  });

  it('starts with the columns of the settings, and keeps those of the user', () => {
    expect(restoreViewState(undefined, 's1', ['$.id']).columns).toEqual(['$.id']);
    expect(restoreViewState(KEPT, 's1', ['$.id']).columns).toEqual(['$.type']);
    expect(restoreViewState({ ...KEPT, columns: [] }, 's1', ['$.id']).columns).toEqual([]);
  });

  it.each([
    ['$.a', []],
    [[1, null, {}, '$..a', '$', 'x', '$.ok'], ['$.ok']],
    [
      Array.from({ length: 20 }, (_, index) => `$[${index}]`),
      Array.from({ length: 8 }, (_, index) => `$[${index}]`),
    ],
  ])('accepts only paths as columns: %j', (columns, restored) => {
    expect(restoreViewState({ ...KEPT, columns }, 's1').columns).toEqual(restored);
  });

  it('forgets the state of another session, and keeps the layout choices', () => {
    expect(restoreViewState(KEPT, 's2')).toEqual({
      ...KEPT,
      session: 's2',
      selected: undefined,
      anchor: undefined,
      inspecting: false,
      handshake: false,
      conversation: false,
      topics: false,
      pairs: undefined,
      follow: true,
      offset: 0,
      zero: undefined,
      search: { ...NO_SEARCH, mode: 'regex', caseSensitive: true, decoded: true, onlyMatches: true },
    });
  });

  it.each([undefined, null, 'x', 3, [], {}])('starts with the defaults from %j', (kept) => {
    expect(restoreViewState(kept, 's1')).toEqual({
      session: 's1',
      selected: undefined,
      anchor: undefined,
      inspecting: false,
      handshake: false,
      follow: true,
      offset: 0,
      time: 'clock',
      zero: undefined,
      chart: true,
      decoded: true,
      conversation: false,
      topics: false,
      columns: [],
      textView: 'pretty',
      binaryView: 'hex',
      beside: 45,
      below: 50,
      wraps: true,
      mode: 'text',
      composerHidden: undefined,
      composerShare: 24,
      search: NO_SEARCH,
    });
  });

  it('checks the stored values', () => {
    const spoilt = {
      ...KEPT,
      selected: -1,
      offset: 'far',
      time: 'lunar',
      zero: { seq: 3, time: 'noon' },
      pairs: { call: '$.q', reply: 7 },
      chart: 0,
      textView: 'html',
      beside: 1e9,
      below: NaN,
      mode: 7,
      wraps: 'no',
      composerHidden: 'yes',
      composerShare: 'half',
      search: {
        ...{ direction: 'up', kinds: ['close', 'binary', 3], mode: 'sql', caseSensitive: 1 },
        ...{
          types: ['control', 'shout', 'call'],
          names: [7, ...many(200)],
          folds: 1,
        },
      },
    };
    expect(restoreViewState(spoilt, 's1')).toMatchObject({
      selected: undefined,
      anchor: undefined,
      inspecting: false,
      offset: 0,
      time: 'clock',
      pairs: undefined,
      zero: undefined,
      chart: true,
      textView: 'pretty',
      beside: 85,
      below: 50,
      wraps: true,
      mode: 'text',
      composerHidden: undefined,
      composerShare: 24,
      search: {
        direction: 'all',
        kinds: ['binary'],
        types: ['call', 'control'],
        names: many(100),
        folds: false,
        mode: 'plain',
        caseSensitive: false,
        decoded: false,
        onlyMatches: false,
      },
    });
  });

  it('contains nothing that may be secret', () => {
    const names = Object.keys(restoreViewState({ ...KEPT, draft: 'token', text: 'token' }, 's1'));
    expect(names.sort()).toEqual(Object.keys(KEPT).sort());
    const { search } = restoreViewState({ ...KEPT, search: { ...KEPT.search, pattern: 'token' } }, 's1');
    expect(search).toEqual(KEPT.search);
  });
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('stores the last of many changes after a moment without one', () => {
  const kept: unknown[] = [];
  const keep = createViewKeeper({ keep: (view) => void kept.push(view) }, () => 'ws://h/');
  const views = [1, 2, 3].map((offset) => ({ ...restoreViewState(undefined, 's'), offset }));
  for (const view of views) {
    keep(view);
    vi.advanceTimersByTime(50);
  }
  expect(kept).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(kept).toEqual([{ ...views[2], url: 'ws://h/' }]);
});
