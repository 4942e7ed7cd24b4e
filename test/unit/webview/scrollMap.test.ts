import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_HEIGHT,
  offsetToCenter,
  offsetToReveal,
  createScrollMap,
  visibleRows,
} from '../../../src/webview/list/scrollMap.ts';

const ROW = 22;
const VIEWPORT = 500;

describe('scrollMap', () => {
  it('is one to one while the height is within the limit of browsers', () => {
    const map = createScrollMap(1_000, ROW, VIEWPORT);
    expect(map).toMatchObject({ scrollHeight: 22_000, maxOffset: 21_500, isScaled: false });
    expect(map.toOffset(123)).toBe(123);
    expect(map.toScrollTop(123)).toBe(123);
  });

  it('stays below the maximum height of browsers', () => {
    const map = createScrollMap(10_000_000, ROW, VIEWPORT);
    expect(map.isScaled).toBe(true);
    expect(map.scrollHeight).toBe(MAX_HEIGHT);
    expect(MAX_HEIGHT).toBeLessThan(17_000_000);
  });

  it('reaches both ends when scaled', () => {
    const map = createScrollMap(10_000_000, ROW, VIEWPORT);
    expect(map.toOffset(0)).toBe(0);
    expect(map.toOffset(MAX_HEIGHT - VIEWPORT)).toBeCloseTo(10_000_000 * ROW - VIEWPORT, 3);
    expect(map.toScrollTop(map.maxOffset)).toBeCloseTo(MAX_HEIGHT - VIEWPORT, 3);
  });

  it('converts from scrollbar to offset and back', () => {
    fc.assert(
      fc.property(fc.nat({ max: 50_000_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (rows, part) => {
        const map = createScrollMap(rows, ROW, VIEWPORT);
        const offset = part * map.maxOffset;
        expect(map.toOffset(map.toScrollTop(offset))).toBeCloseTo(offset, 2);
      }),
    );
  });

  it('does not scroll a list that fits', () => {
    const map = createScrollMap(3, ROW, VIEWPORT);
    expect(map).toMatchObject({ maxOffset: 0, isScaled: false });
    expect(map.toOffset(50)).toBe(0);
    expect(createScrollMap(0, ROW, VIEWPORT)).toMatchObject({ height: 0, maxOffset: 0 });
  });
});

describe('visibleRows', () => {
  it('include partly visible rows', () => {
    expect(visibleRows(1_000, ROW, VIEWPORT, 0)).toEqual({ first: 0, end: 23 });
    expect(visibleRows(1_000, ROW, VIEWPORT, 21)).toEqual({ first: 0, end: 24 });
    expect(visibleRows(1_000, ROW, VIEWPORT, 22)).toEqual({ first: 1, end: 24 });
  });

  it('end with the list', () => {
    expect(visibleRows(1_000, ROW, VIEWPORT, 21_500)).toEqual({ first: 977, end: 1_000 });
    expect(visibleRows(0, ROW, VIEWPORT, 0)).toEqual({ first: 0, end: 0 });
    expect(visibleRows(5, ROW, VIEWPORT, 9_999)).toEqual({ first: 5, end: 5 });
  });
});

describe('offsetToReveal', () => {
  it('does not move a visible row', () => {
    expect(offsetToReveal(10, ROW, VIEWPORT, 100)).toBe(100);
  });

  it('puts a row at the nearer edge', () => {
    expect(offsetToReveal(2, ROW, VIEWPORT, 100)).toBe(44);
    expect(offsetToReveal(100, ROW, VIEWPORT, 0)).toBe(101 * ROW - VIEWPORT);
    expect(offsetToReveal(4, ROW, VIEWPORT, 100)).toBe(88);
  });
});

describe('offsetToCenter', () => {
  it.each([
    ['in view', 5, 40, 40],
    ['above', 0, 400, 0],
    ['below', 50, 0, 960],
    ['far above', 30, 2_000, 560],
    ['half in view', 10, 110, 160],
  ])('brings a row that is %s to the middle, unless it is visible', (_where, row, offset, expected) => {
    expect(offsetToCenter(row, 20, 100, offset)).toBe(expected);
  });
});
