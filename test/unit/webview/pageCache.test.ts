import { describe, expect, it, vi } from 'vitest';
import { MAX_PULL } from '../../../src/shared/limits.ts';
import { createPageCache } from '../../../src/webview/list/pageCache.ts';

function setUp(length = 1_000, maxPages = 4) {
  let available = length;
  const pull = vi.fn(async (from: number, count: number) =>
    Array.from(
      { length: Math.max(0, Math.min(count, available - from)) },
      (_, index) => `item ${from + index}`,
    ),
  );
  const cache = createPageCache<string>({ pageSize: 10, maxPages, pull });
  return { cache, pull, grow: (to: number) => (available = to) };
}

describe('createPageCache', () => {
  it('pulls a range once', async () => {
    const { cache, pull } = setUp();
    await cache.load(5, 25);
    expect(cache.get(5)).toBe('item 5');
    expect(cache.get(24)).toBe('item 24');
    expect(cache.get(4)).toBeUndefined();
    expect(cache.get(25)).toBeUndefined();
    await cache.load(5, 25);
    await cache.load(10, 20);
    expect(pull.mock.calls).toEqual([[5, 20]]);
  });

  it('pulls only the missing pages at either end', async () => {
    const { cache, pull } = setUp();
    await cache.load(10, 20);
    await cache.load(5, 18);
    await cache.load(15, 30);
    expect(pull.mock.calls).toEqual([
      [10, 10],
      [5, 5],
      [20, 10],
    ]);
  });

  it('completes a page that was the last one when it was pulled', async () => {
    const { cache, pull, grow } = setUp(13);
    await cache.load(10, 20);
    expect(cache.get(12)).toBe('item 12');
    expect(cache.get(13)).toBeUndefined();
    grow(20);
    await cache.load(10, 20);
    expect(pull).toHaveBeenLastCalledWith(13, 7);
    expect(cache.get(19)).toBe('item 19');
  });

  it('keeps the pages that were requested last', async () => {
    const { cache } = setUp();
    await cache.load(0, 40);
    await cache.load(0, 10);
    await cache.load(100, 110);
    expect(cache.get(0)).toBe('item 0');
    expect(cache.get(100)).toBe('item 100');
    expect(cache.get(10)).toBeUndefined();
    expect(cache.get(30)).toBe('item 30');
  });

  it('never exceeds the limit of one pull', async () => {
    const { cache, pull } = setUp(100_000, 1_000);
    await cache.load(0, 100_000);
    expect(pull.mock.calls).toEqual([[0, MAX_PULL]]);
  });

  it('passes a failure on, and tries again', async () => {
    const { cache, pull } = setUp();
    pull.mockRejectedValueOnce(new Error('gone'));
    await expect(cache.load(0, 10)).rejects.toThrow('gone');
    await cache.load(0, 10);
    expect(cache.get(9)).toBe('item 9');
  });
});
