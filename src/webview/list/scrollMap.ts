/**
 * Height of the tallest scrolled element, in pixels. Chromium stops at 33,554,426 px, others earlier; 15 million are safe.
 * In a taller list, one pixel of the scrollbar stands for several of the list.
 */
export const MAX_HEIGHT = 15_000_000;

/** Maps a list of fixed-height rows to a scrollbar of limited height. All values are in pixels. */
export interface ScrollMap {
  /** Height of the whole list. */
  readonly height: number;
  /** Height of the scrolled element: that of the list, but at most MAX_HEIGHT. */
  readonly scrollHeight: number;
  /** The maximum offset of the list, at which the last row is at the bottom. */
  readonly maxOffset: number;
  /** The wheel must move the list pixel by pixel, so a scaled list handles it itself. */
  readonly isScaled: boolean;
  toOffset(scrollTop: number): number;
  toScrollTop(offset: number): number;
}

export function createScrollMap(rows: number, rowHeight: number, viewport: number): ScrollMap {
  const height = rows * rowHeight;
  const scrollHeight = Math.min(height, MAX_HEIGHT);
  const maxOffset = Math.max(0, height - viewport);
  const maxScrollTop = Math.max(0, scrollHeight - viewport);
  const isScaled = height > MAX_HEIGHT;
  const ratio = isScaled ? maxOffset / maxScrollTop : 1;
  return {
    height,
    scrollHeight,
    maxOffset,
    isScaled,
    toOffset: (scrollTop) => clamp(scrollTop * ratio, 0, maxOffset),
    toScrollTop: (offset) => clamp(offset, 0, maxOffset) / ratio,
  };
}

/** The rows that are at least partly visible at an offset, `end` excluded. */
export function visibleRows(
  rows: number,
  rowHeight: number,
  viewport: number,
  offset: number,
): { first: number; end: number } {
  const first = clamp(Math.floor(offset / rowHeight), 0, rows);
  const end = clamp(Math.ceil((offset + viewport) / rowHeight), first, rows);
  return { first, end };
}

/** The nearest offset at which a row is fully visible. */
export function offsetToReveal(row: number, rowHeight: number, viewport: number, offset: number): number {
  const top = row * rowHeight;
  if (top < offset) return top;
  return Math.max(offset, top + rowHeight - viewport);
}

/** Like `offsetToReveal`, but centres a row that is out of view, so that its neighbours are visible too. */
export function offsetToCenter(row: number, rowHeight: number, viewport: number, offset: number): number {
  const top = row * rowHeight;
  if (top >= offset && top + rowHeight <= offset + viewport) return offset;
  return Math.max(0, top - (viewport - rowHeight) / 2);
}

function clamp(value: number, least: number, greatest: number): number {
  return Math.min(Math.max(value, least), greatest);
}
