import { describe, expect, it, vi } from 'vitest';
import { createColumnCache } from '../../../src/webview/timeline/columnCache.ts';
import type { PullColumns } from '../../../src/webview/timeline/columnCache.ts';

const pull = () =>
  vi.fn<PullColumns>(async (rows, paths) =>
    rows.map((seq) => paths.map((path) => ({ text: `${path} of ${seq}` }))),
  );

describe('createColumnCache', () => {
  it('pulls missing values in one call', async () => {
    const pulled = pull();
    const cache = createColumnCache(pulled);
    expect(cache.get(3)).toBeUndefined();
    await cache.load(['$.a', '$.b'], [3, 4]);
    expect(cache.get(3)).toEqual([{ text: '$.a of 3' }, { text: '$.b of 3' }]);
    await cache.load(['$.a', '$.b'], [4, 5]);
    await cache.load(['$.a', '$.b'], [3, 5]);
    expect(pulled.mock.calls).toEqual([
      [
        [3, 4],
        ['$.a', '$.b'],
      ],
      [[5], ['$.a', '$.b']],
    ]);
  });

  it('asks nothing without columns or rows', async () => {
    const pulled = pull();
    const cache = createColumnCache(pulled);
    await cache.load([], [1, 2]);
    await cache.load(['$.a'], []);
    expect(pulled).not.toHaveBeenCalled();
  });

  it('is cleared for other columns', async () => {
    const pulled = pull();
    const cache = createColumnCache(pulled);
    await cache.load(['$.a'], [1]);
    await cache.load(['$.b'], [2]);
    expect(cache.get(1)).toBeUndefined();
    expect(cache.get(2)).toEqual([{ text: '$.b of 2' }]);
    await cache.load([], [2]);
    expect(cache.get(2)).toBeUndefined();
  });

  it('drops values that arrive after the columns have changed', async () => {
    let answer: (values: { text: string }[][]) => void = () => undefined;
    const pulled = vi.fn<PullColumns>(() => new Promise((resolve) => (answer = resolve)));
    const cache = createColumnCache(pulled);
    const first = cache.load(['$.a'], [1]);
    const late = answer;
    const second = cache.load(['$.b'], [1]);
    late([[{ text: 'old' }]]);
    await first;
    expect(cache.get(1)).toBeUndefined();
    answer([[{ text: 'new' }]]);
    await second;
    expect(cache.get(1)).toEqual([{ text: 'new' }]);
  });

  it('keeps the rows of several screens, not of a whole session', async () => {
    const cache = createColumnCache(pull());
    for (let first = 0; first < 5_000; first += 100)
      await cache.load(
        ['$.a'],
        Array.from({ length: 100 }, (_, index) => first + index),
      );
    expect(cache.get(0)).toBeUndefined();
    expect(cache.get(3_999)).toBeUndefined();
    expect(cache.get(4_000)).toBeDefined();
    expect(cache.get(4_999)).toBeDefined();
  });

  it('tries again after a failure, and with rows that had no answer', async () => {
    const pulled = pull();
    pulled.mockRejectedValueOnce(new Error('The worker ended.'));
    const cache = createColumnCache(pulled);
    await expect(cache.load(['$.a'], [1])).rejects.toThrow('The worker ended.');
    pulled.mockResolvedValueOnce([]);
    await cache.load(['$.a'], [1]);
    expect(cache.get(1)).toBeUndefined();
    await cache.load(['$.a'], [1]);
    expect(cache.get(1)).toEqual([{ text: '$.a of 1' }]);
  });
});
