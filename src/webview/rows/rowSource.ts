import type { Hit } from '../../shared/queryProtocol.ts';
import type { Row } from '../../shared/timeline.ts';
import { createPageCache } from '../list/pageCache.ts';
import type { PageCache } from '../list/pageCache.ts';

const PAGE_SIZE = 64;
const MAX_PAGES = 64;

/** A row, with the matches in its preview if a search found it. */
export type ShownRow = Row & Partial<RowMarks>;

/** The matches in a row's text. */
export type RowMarks = Pick<Hit, 'marks' | 'inSummary'>;

/** The rows of a list by index, in ascending order of their numbers. */
export interface RowSource {
  /** Identifies the list. In a list with another key, the same index may be another row. */
  readonly key: string;
  readonly length: number;
  /** The search that found the rows; undefined for all rows. */
  readonly search?: string;
  pull(from: number, count: number): Promise<readonly ShownRow[]>;
  /** Index of the first row with this number or a greater one. */
  position(seq: number): number | Promise<number>;
  /** Number of the row at an index, if it is known without pulling the row. */
  seqAt(index: number): number | undefined;
  /** Whether the list is complete up to row `seq`, so that it is certain whether the list contains that row. */
  covers(seq: number): boolean;
}

export const NO_ROWS: RowSource = {
  key: '',
  length: 0,
  pull: async () => [],
  position: () => 0,
  seqAt: () => undefined,
  covers: () => true,
};

/** Every row from `firstRow` on. `rows` includes the rows that Clear hides. `protocol` decodes the rows. */
export function allRows(
  rows: number,
  firstRow: number,
  pull: (from: number, count: number) => Promise<readonly Row[]>,
  protocol = '',
): RowSource {
  const length = Math.max(0, rows - firstRow);
  return {
    key: `all from ${firstRow} ${protocol}`.trimEnd(),
    length,
    pull: (from, count) => pull(firstRow + from, count),
    position: (seq) => Math.min(Math.max(0, seq - firstRow), length),
    seqAt: (index) => firstRow + index,
    covers: () => true,
  };
}

/** A search whose hits are marked among other rows. */
export interface MarkSource {
  readonly key: string;
  /** Number of scanned rows. The answer for a scanned row is final. */
  readonly scanned: number;
  covers(seq: number): boolean;
  hitsBetween(from: number, end: number): Promise<readonly Hit[]>;
}

/** The part of a search that a list of its hits needs. */
export interface FoundRows {
  readonly name: string;
  readonly length: number;
  covers(seq: number): boolean;
  hits(from: number, count: number): Promise<readonly ShownRow[]>;
  position(seq: number): Promise<number>;
}

/** The hits of a search so far. */
export function foundRows(search: FoundRows): RowSource {
  return {
    key: search.name,
    search: search.name,
    length: search.length,
    pull: (from, count) => search.hits(from, count),
    position: (seq) => search.position(seq),
    seqAt: () => undefined,
    covers: (seq) => search.covers(seq),
  };
}

/** The rows on screen. */
export interface ShownRows {
  readonly source: RowSource;
  readonly cache: PageCache<ShownRow>;
  /**
   * Length of the list on screen. It grows only once the rows that come into view are loaded, so that no row appears
   * empty.
   */
  end: number;
}

export function shownRows(source: RowSource): ShownRows {
  const pull = (from: number, count: number): Promise<readonly ShownRow[]> => source.pull(from, count);
  return { source, cache: createPageCache({ pageSize: PAGE_SIZE, maxPages: MAX_PAGES, pull }), end: 0 };
}

/** Number of the row at an index, if it is known. */
export function seqAt({ cache, source }: ShownRows, index: number): number | undefined {
  return cache.get(index)?.seq ?? source.seqAt(index);
}

/** Number of the row at an index, loaded if necessary; undefined if there is no such row. */
export async function pulledSeq(shown: ShownRows, index: number): Promise<number | undefined> {
  const known = seqAt(shown, index);
  if (known !== undefined) return known;
  await shown.cache.load(index, index + 1);
  return shown.cache.get(index)?.seq;
}

/**
 * Numbers of the visible rows and of a margin of rows on each side, as far as they are loaded; `end` is excluded.
 * Undefined while the visible rows are not known.
 */
export function loadedSpan(
  shown: ShownRows,
  { first, end }: { readonly first: number; readonly end: number },
  margin: number,
): { readonly from: number; readonly end: number } | undefined {
  const { cache } = shown;
  const from = seqAt(shown, first);
  const last = seqAt(shown, end - 1);
  if (end <= first || from === undefined || last === undefined) return undefined;
  const before = cache.get(Math.max(0, first - margin))?.seq ?? from;
  const behind = cache.get(Math.min(shown.end, end + margin) - 1)?.seq ?? last;
  return { from: before, end: behind + 1 };
}

/** Index of the selected row in the list, or of the next row if the list does not contain it. */
export interface RowPlace {
  /** Undefined until a row that was selected by its index is loaded. */
  readonly seq: number | undefined;
  readonly index: number;
  readonly isExact: boolean;
  /** False if more rows may still change the index. */
  readonly isFinal: boolean;
}

/** Finds the index of row `seq`, synchronously if the list knows it. */
export function rowPlace(shown: ShownRows, seq: number): RowPlace | Promise<RowPlace> {
  const { source } = shown;
  const isFinal = source.covers(seq);
  const position = source.position(seq);
  if (typeof position === 'number') return { seq, index: position, isExact: true, isFinal };
  return position.then(async (index) => {
    const isExact = (await pulledSeq(shown, index)) === seq;
    return { seq, index, isExact, isFinal };
  });
}

/**
 * Index from which a key moves. A filtered-out row counts as just before the next row, so that Down selects the next
 * row.
 */
export function placeForKey(place: RowPlace | undefined, key: string): number | undefined {
  if (place === undefined || place.isExact) return place?.index;
  return key === 'ArrowDown' || key === 'PageDown' ? place.index - 1 : place.index;
}

export interface ListView {
  readonly shown: ShownRows;
  /** Indexes of the rows in view, `end` excluded. */
  readonly first: number;
  readonly end: number;
  /** Scroll offset in pixels, like the height of a row. */
  readonly offset: number;
  readonly rowHeight: number;
  readonly rowsPerPage: number;
}

/**
 * The offset at which another list shows the anchor row at the same position. The anchor is the selected row if it is
 * visible, or else the first visible row.
 * @param isLeftOut whether the current list does not contain the selected row; the other list then centres it
 */
export async function sameOffset(
  view: ListView,
  other: RowSource,
  selected: number | undefined,
  isLeftOut: boolean,
): Promise<number> {
  const { shown, first, end, offset, rowHeight, rowsPerPage } = view;
  let index = first;
  for (let at = first; at < end; at++) if (seqAt(shown, at) === selected) index = at;
  const isNew = first === end || (selected !== undefined && isLeftOut);
  const seq = isNew ? selected : seqAt(shown, index);
  if (seq === undefined) return 0;
  const top = isNew ? Math.floor(rowsPerPage / 2) * rowHeight : index * rowHeight - offset;
  return Math.max(0, (await other.position(seq)) * rowHeight - top);
}
