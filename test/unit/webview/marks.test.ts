import { describe, expect, it, vi } from 'vitest';
import type { Mark } from '../../../src/shared/queryProtocol.ts';
import { createMarkCache, markedParts } from '../../../src/webview/timeline/marks.ts';
import { hit } from './support/fakeSearchCalls.ts';

function source(rows: readonly number[], scanned: number, key = 's1') {
  return {
    ...{ key, scanned },
    covers: (seq: number) => seq < scanned,
    hitsBetween: vi.fn(async (from: number, end: number) =>
      rows.filter((row) => row >= from && row < end && row < scanned).map(hit),
    ),
  };
}

describe('createMarkCache', () => {
  it('keeps the hits of a range, and requests them once', async () => {
    const cache = createMarkCache();
    const all = source([3, 7], 100);
    await cache.load(all, 0, 50);
    expect([3, 4, 7].map((seq) => cache.get(seq)?.marks)).toEqual([[[0, 1]], undefined, [[0, 1]]]);
    await cache.load(all, 10, 40);
    expect(all.hitsBetween.mock.calls).toEqual([[0, 50]]);
    await cache.load(all, 30, 60);
    expect(all.hitsBetween).toHaveBeenLastCalledWith(30, 60);
  });

  it('requests rows again that were not searched, after further progress', async () => {
    const cache = createMarkCache();
    const early = source([3, 7], 5);
    await cache.load(early, 0, 50);
    await cache.load(early, 0, 50);
    expect(early.hitsBetween).toHaveBeenCalledTimes(1);
    expect(cache.get(7)).toBeUndefined();
    const late = source([3, 7], 100);
    await cache.load(late, 0, 50);
    expect(cache.get(7)?.marks).toEqual([[0, 1]]);
    await cache.load(late, 0, 50);
    expect(late.hitsBetween).toHaveBeenCalledTimes(1);
  });

  it('forgets the hits of another search', async () => {
    const cache = createMarkCache();
    await cache.load(source([3], 100), 0, 50);
    const pending = cache.load(source([4], 100, 's2'), 0, 50);
    expect(cache.get(3)).toBeUndefined();
    await pending;
    expect(cache.get(4)?.marks).toEqual([[0, 1]]);
    await cache.load(undefined, 0, 50);
    expect(cache.get(4)).toBeUndefined();
  });

  it('keeps whether the matches are those of the decoded form', async () => {
    const cache = createMarkCache();
    const decoded = source([3], 100);
    decoded.hitsBetween.mockResolvedValueOnce([{ ...hit(3), inSummary: true }]);
    await cache.load(decoded, 0, 50);
    expect(cache.get(3)).toMatchObject({ marks: [[0, 1]], inSummary: true });
  });

  it('requests nothing from a search that has not started', async () => {
    const none = source([], 0);
    await createMarkCache().load(none, 0, 50);
    expect(none.hitsBetween).not.toHaveBeenCalled();
  });
});

const spell = (text: string, marks: readonly Mark[]): string =>
  markedParts(text, marks)
    .map(({ text: part, isMarked }) => (isMarked ? `[${part}]` : part))
    .join('|');

it.each<[string, Mark[], string]>([
  ['tick', [], 'tick'],
  ['a tick b', [[2, 6]], 'a |[tick]| b'],
  ['tick', [[0, 4]], '[tick]'],
  [
    'tick tick',
    [
      [0, 4],
      [5, 9],
    ],
    '[tick]| |[tick]',
  ],
  [
    'abcd',
    [
      [0, 2],
      [2, 4],
    ],
    '[ab]|[cd]',
  ],
  ['abc', [[1, 99]], 'a|[bc]'],
  ['abc', [[7, 9]], 'abc'],
  ['', [[0, 1]], ''],
])('cuts %j at %j', (text, marks, expected) => {
  expect(spell(text, marks)).toBe(expected);
});
