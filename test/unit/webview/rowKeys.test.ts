import { describe, expect, it } from 'vitest';
import { rowKey } from '../../../src/webview/timeline/rowKeys.ts';

/** 100 rows, ten of them on a page, the page beginning with row 40. */
const press = (key: string, selected: number | undefined) => rowKey(key, selected, 40, 100, 10);

describe('rowKey', () => {
  it.each([
    ['ArrowDown', 5, 6],
    ['ArrowDown', 99, 99],
    ['ArrowUp', 5, 4],
    ['ArrowUp', 0, 0],
    ['PageDown', 5, 15],
    ['PageDown', 95, 99],
    ['PageUp', 15, 5],
    ['PageUp', 5, 0],
    ['Home', 50, 0],
  ])('%s goes from %i to %i', (key, from, to) => {
    expect(press(key, from)).toEqual({ select: to });
  });

  it('begins with what is in view', () => {
    expect(press('ArrowDown', undefined)).toEqual({ select: 40 });
    expect(press('ArrowUp', undefined)).toEqual({ select: 40 });
    expect(press('PageDown', undefined)).toEqual({ select: 50 });
  });

  it('follows from the end on', () => {
    expect(press('End', 5)).toEqual({ follow: true });
  });

  it('opens what is selected, and leaves', () => {
    expect(press('Enter', 5)).toEqual({ open: true });
    expect(press('Enter', undefined)).toBeUndefined();
    expect(press('Escape', 5)).toEqual({ leave: true });
  });

  it('leaves other keys alone', () => {
    expect(press('a', 5)).toBeUndefined();
    expect(press('Tab', 5)).toBeUndefined();
  });

  it('moves nowhere in an empty list', () => {
    expect(rowKey('ArrowDown', undefined, 0, 0, 10)).toBeUndefined();
    expect(rowKey('End', undefined, 0, 0, 10)).toBeUndefined();
  });
});
