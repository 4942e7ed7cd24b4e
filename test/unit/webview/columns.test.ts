import { describe, expect, it } from 'vitest';
import { activeId, cellAt, COLUMNS } from '../../../src/webview/timeline/columns.ts';

describe('the cells of a row', () => {
  it('come after the row as a whole', () => {
    expect(cellAt(undefined, 1)).toBe(0);
    expect(cellAt(0, 1)).toBe(1);
    expect(cellAt(1, -1)).toBe(0);
    expect(cellAt(0, -1)).toBeUndefined();
    expect(cellAt(undefined, -1)).toBeUndefined();
  });

  it('end with the last column', () => {
    expect(cellAt(COLUMNS.length - 1, 1)).toBe(COLUMNS.length - 1);
  });

  it('have ids of their own', () => {
    expect(activeId(7, undefined)).toBe('row-7');
    expect(activeId(7, 2)).toBe('row-7-cell-2');
  });
});
