import { MAX_PULL } from '../../shared/limits.ts';

export interface PageCache<T> {
  /** The item at an index, if it was pulled and is still kept. */
  get(index: number): T | undefined;
  /** Pulls the missing items from `from` up to but not including `end`, in one call; at most MAX_PULL items. */
  load(from: number, end: number): Promise<void>;
}

export interface PageCacheOptions<T> {
  readonly pageSize: number;
  /** Maximum pages that are kept; the least recently used ones are dropped first. */
  readonly maxPages: number;
  /** May answer with fewer than `count` at the end. */
  readonly pull: (from: number, count: number) => Promise<readonly T[]>;
}

/** Items pulled by range and kept in pages, so that the cost follows the screen. Items never change; their number grows. */
export function createPageCache<T>({ pageSize, maxPages, pull }: PageCacheOptions<T>): PageCache<T> {
  const pages = new Map<number, (T | undefined)[]>();

  const get = (index: number): T | undefined => pages.get(Math.floor(index / pageSize))?.[index % pageSize];

  /** Marks the pages of a range as recently used. */
  const touch = (from: number, end: number): void => {
    for (let page = Math.floor(from / pageSize); page * pageSize < end; page++) {
      const items = pages.get(page);
      if (items === undefined) continue;
      pages.delete(page);
      pages.set(page, items);
    }
  };

  const put = (index: number, item: T): void => {
    const page = Math.floor(index / pageSize);
    let items = pages.get(page);
    if (items === undefined) {
      items = [];
      pages.set(page, items);
    }
    items[index % pageSize] = item;
  };

  return {
    get,
    async load(from, end) {
      let first = from;
      let last = Math.min(end, from + MAX_PULL);
      while (first < last && get(first) !== undefined) first++;
      while (last > first && get(last - 1) !== undefined) last--;
      if (first < last) {
        const items = await pull(first, last - first);
        items.forEach((item, index) => put(first + index, item));
      }
      touch(from, end);
      for (const page of pages.keys()) {
        if (pages.size <= maxPages) break;
        pages.delete(page);
      }
    },
  };
}
