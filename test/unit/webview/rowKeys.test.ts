import { describe, expect, it } from 'vitest';
import { rowKey } from '../../../src/webview/timeline/rowKeys.ts';
import type { KeyPress } from '../../../src/webview/timeline/rowKeys.ts';

const NONE = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

/** 100 rows, ten of them on a page, the page beginning with row 40. */
const press = (key: string, selected: number | undefined, modifiers: Partial<KeyPress> = {}) =>
  rowKey({ ...NONE, key, ...modifiers }, { selected, first: 40, rows: 100, rowsPerPage: 10 });

const shift = { shiftKey: true };

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
  ])('%s goes from %i to %i, and extends the selection with Shift', (key, from, to) => {
    expect(press(key, from)).toEqual({ select: to, extends: false });
    expect(press(key, from, shift)).toEqual({ select: to, extends: true });
  });

  it('starts at the visible rows', () => {
    expect(press('ArrowDown', undefined)).toEqual({ select: 40, extends: false });
    expect(press('ArrowUp', undefined, shift)).toEqual({ select: 40, extends: false });
    expect(press('PageDown', undefined)).toEqual({ select: 50, extends: false });
  });

  it('follows at the end, but not while the selection is extended', () => {
    expect(press('End', 5)).toEqual({ follow: true });
    expect(press('End', 5, shift)).toEqual({ select: 99, extends: true });
  });

  it('opens the selected row, counts from it, and leaves it', () => {
    expect(press('Enter', 5)).toEqual({ open: true });
    expect(press('Enter', undefined)).toBeUndefined();
    expect(press('m', 5)).toEqual({ mark: true });
    expect(press('m', undefined)).toBeUndefined();
    expect(press('Escape', 5)).toEqual({ leave: true });
  });

  it.each([{ ctrlKey: true }, { metaKey: true }])('selects all and copies with %j', (command) => {
    expect(press('a', undefined, command)).toEqual({ selectAll: true });
    expect(press('c', 5, command)).toEqual({ copy: true });
    expect(press('C', 5, command)).toEqual({ copy: true });
    expect(press('c', undefined, command)).toBeUndefined();
  });

  it('moves among the cells of the selected row', () => {
    expect(press('ArrowRight', 5)).toEqual({ cell: 1 });
    expect(press('ArrowLeft', 5)).toEqual({ cell: -1 });
    expect(press('ArrowRight', undefined)).toBeUndefined();
    expect(press('ArrowRight', 5, shift)).toBeUndefined();
  });

  it('leaves other keys and chords alone', () => {
    expect(press('a', 5)).toBeUndefined();
    expect(press('Tab', 5)).toBeUndefined();
    expect(press('ArrowDown', 5, { ctrlKey: true })).toBeUndefined();
    expect(press('ArrowDown', 5, { altKey: true })).toBeUndefined();
    expect(press('c', 5, { ctrlKey: true, ...shift })).toBeUndefined();
    expect(press('a', 5, { ctrlKey: true, metaKey: true })).toBeUndefined();
  });

  it('moves nowhere in an empty list', () => {
    const empty = { selected: undefined, first: 0, rows: 0, rowsPerPage: 10 };
    for (const key of ['ArrowDown', 'End']) expect(rowKey({ ...NONE, key }, empty)).toBeUndefined();
    expect(rowKey({ ...NONE, key: 'a', ctrlKey: true }, empty)).toBeUndefined();
  });
});
