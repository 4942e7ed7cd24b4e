import { vi } from 'vitest';
import type { PanelSearchCalls, PanelSearchState } from '../../../../src/shared/panelProtocol.ts';
import type { Hit, SearchState } from '../../../../src/shared/queryProtocol.ts';

export const hit = (seq: number): Hit => ({
  ...{ seq, time: seq, kind: 'text', direction: 'in', size: 1, stored: 1, flags: 0, preview: 'x' },
  marks: [[0, 1]],
});

export function searchState(change: Partial<SearchState> = {}): SearchState {
  return { hits: 0, scanned: 0, total: 100, done: false, skipped: 0, error: undefined, ...change };
}

/** A host on which every search finds the same rows, of which the test says how many are found so far. */
export function fakeSearchCalls(rows: readonly number[]) {
  const ended: string[] = [];
  let found = rows.length;
  const between = (from: number, end: number): number[] =>
    rows.slice(0, found).filter((row) => row >= from && row < end);
  const calls = {
    startSearch: vi.fn(async (_name: string): Promise<void> => undefined),
    hits: vi.fn(async (_name: string, from: number, count: number) =>
      rows
        .slice(0, found)
        .slice(from, from + count)
        .map(hit),
    ),
    hitsBetween: vi.fn(async (_name: string, from: number, end: number) => between(from, end).map(hit)),
    hitPosition: vi.fn(async (_name: string, seq: number) => between(0, seq).length),
    endSearch: (name: string) => void ended.push(name),
  } satisfies PanelSearchCalls;
  return {
    calls,
    ended,
    started: () => calls.startSearch.mock.calls.map(([name]) => name),
    /** The state that the host reports once so many hits are found. */
    finds: (search: string, hits: number, change: Partial<SearchState> = {}): PanelSearchState => {
      found = hits;
      return { search, ...searchState({ hits, ...change }) };
    },
  };
}
