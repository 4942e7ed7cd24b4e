import { createPageCache } from '../list/pageCache.ts';
import type { PageCache } from '../list/pageCache.ts';
import type { RowSource, ShownRow } from './rowSource.ts';

const PAGE_SIZE = 64;
const MAX_PAGES = 64;

/** The list as it is on the screen. */
export interface ShownRows {
  readonly source: RowSource;
  readonly cache: PageCache<ShownRow>;
  /** How many rows it shows: more once those that come into view are here, so that none flashes up empty. */
  end: number;
}

export function shownRows(source: RowSource): ShownRows {
  const pull = (from: number, count: number): Promise<readonly ShownRow[]> => source.pull(from, count);
  return { source, cache: createPageCache({ pageSize: PAGE_SIZE, maxPages: MAX_PAGES, pull }), end: 0 };
}

/** Number of the row at a place, as far as it is known. */
export function seqAt({ cache, source }: ShownRows, index: number): number | undefined {
  return cache.get(index)?.seq ?? source.seqAt(index);
}

/** The same, pulled where it is not known; undefined where there is no such place. */
export async function pulledSeq(shown: ShownRows, index: number): Promise<number | undefined> {
  const known = seqAt(shown, index);
  if (known !== undefined) return known;
  await shown.cache.load(index, index + 1);
  return shown.cache.get(index)?.seq;
}
