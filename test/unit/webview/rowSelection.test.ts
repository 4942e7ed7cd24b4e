import { describe, expect, it } from 'vitest';
import { bounds, isWithin, selectionRange } from '../../../src/webview/timeline/rowSelection.ts';

describe('rowRange', () => {
  it('is one row unless the selection started at another one', () => {
    expect(selectionRange(5, undefined)).toEqual({ anchor: 5, focus: 5 });
    expect(selectionRange(5, 8)).toEqual({ anchor: 8, focus: 5 });
    expect(selectionRange(undefined, 8)).toBeUndefined();
  });
});

describe('the rows of a range', () => {
  it('are those between its ends, in either order', () => {
    for (const range of [
      { anchor: 3, focus: 6 },
      { anchor: 6, focus: 3 },
    ]) {
      expect(bounds(range)).toEqual({ from: 3, end: 7 });
      expect([2, 3, 6, 7].map((seq) => isWithin(range, seq))).toEqual([false, true, true, false]);
    }
    expect(isWithin(undefined, 0)).toBe(false);
  });
});
