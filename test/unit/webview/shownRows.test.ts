import { describe, expect, it } from 'vitest';
import type { Row } from '../../../src/shared/timeline.ts';
import {
  loadedSpan,
  placeForKey,
  rowPlace,
  pulledSeq,
  seqAt,
  shownRows,
} from '../../../src/webview/rows/rowSource.ts';
import { allRows } from '../../../src/webview/rows/rowSource.ts';
import type { RowSource } from '../../../src/webview/rows/rowSource.ts';

const pull = async (from: number, count: number): Promise<Row[]> =>
  Array.from({ length: count }, (_, i) => ({ seq: from + i }) as Row);

/** Every tenth of a hundred rows, known only once it is pulled; more than 80 were not looked at yet. */
const tenths: RowSource = {
  key: 'tenths',
  length: 10,
  pull: async (from, count) => Array.from({ length: count }, (_, i) => ({ seq: (from + i) * 10 }) as Row),
  position: async (seq) => Math.ceil(seq / 10),
  seqAt: () => undefined,
  covers: (seq) => seq <= 80,
};

describe('the number of the row at a place', () => {
  it('is known at once among all rows', () => {
    expect(seqAt(shownRows(allRows(100, 20, pull)), 5)).toBe(25);
  });

  it('is pulled among the hits of a search', async () => {
    const shown = shownRows(tenths);
    expect(seqAt(shown, 3)).toBeUndefined();
    expect(await pulledSeq(shown, 3)).toBe(30);
    expect(seqAt(shown, 3)).toBe(30);
  });
});

describe('the rows in view and those beside them', () => {
  it('are bounded by the list', () => {
    const shown = shownRows(allRows(100, 20, pull));
    shown.end = 80;
    expect(loadedSpan(shown, { first: 0, end: 10 }, 0)).toEqual({ from: 20, end: 30 });
    expect(loadedSpan(shown, { first: 70, end: 80 }, 0)).toEqual({ from: 90, end: 100 });
  });

  it('include a margin as far as it is loaded', async () => {
    const shown = shownRows(allRows(1000, 0, pull));
    shown.end = 1000;
    await shown.cache.load(100, 120);
    expect(loadedSpan(shown, { first: 105, end: 115 }, 5)).toEqual({ from: 100, end: 120 });
    expect(loadedSpan(shown, { first: 105, end: 115 }, 500)).toEqual({ from: 105, end: 115 });
  });

  it('are unknown before the hits of a search are loaded, and in an empty list', async () => {
    const shown = shownRows(tenths);
    shown.end = 10;
    expect(loadedSpan(shown, { first: 2, end: 4 }, 1)).toBeUndefined();
    await shown.cache.load(2, 4);
    expect(loadedSpan(shown, { first: 2, end: 4 }, 1)?.from).toBeLessThanOrEqual(20);
    expect(loadedSpan(shown, { first: 2, end: 2 }, 1)).toBeUndefined();
    expect(loadedSpan(shownRows(allRows(0, 0, pull)), { first: 0, end: 0 }, 3)).toBeUndefined();
  });
});

describe('the place of a row', () => {
  it('is known at once among all rows', () => {
    expect(rowPlace(shownRows(allRows(100, 20, pull)), 25)).toEqual({
      seq: 25,
      index: 5,
      isExact: true,
      isFinal: true,
    });
  });

  it('is that of the next hit if it is not a hit', async () => {
    expect(await rowPlace(shownRows(tenths), 30)).toEqual({
      seq: 30,
      index: 3,
      isExact: true,
      isFinal: true,
    });
    expect(await rowPlace(shownRows(tenths), 31)).toEqual({
      seq: 31,
      index: 4,
      isExact: false,
      isFinal: true,
    });
    expect(await rowPlace(shownRows(tenths), 85)).toMatchObject({ isFinal: false });
  });

  it('is before the next hit for keys that go down', async () => {
    const place = await rowPlace(shownRows(tenths), 31);
    expect(placeForKey(place, 'ArrowDown')).toBe(3);
    expect(placeForKey(place, 'PageDown')).toBe(3);
    expect(placeForKey(place, 'ArrowUp')).toBe(4);
    expect(placeForKey({ ...place, isExact: true }, 'ArrowDown')).toBe(4);
    expect(placeForKey(undefined, 'ArrowDown')).toBeUndefined();
  });
});
