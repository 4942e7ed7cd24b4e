import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HitList, lastAtMost } from '../../../../src/core/search/hitList.ts';

function listOf(rows: Iterable<number>): HitList {
  const list = new HitList();
  for (const row of rows) list.push(row);
  return list;
}

/** Ascending row numbers, close together and far apart, beyond 32 bits. */
const rowNumbers = fc
  .array(fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 2 ** 34 })), { maxLength: 60 })
  .map((gaps) => {
    let row = -1;
    return gaps.map((gap) => (row += gap));
  });

describe('HitList', () => {
  it('returns the added hits of any range', () => {
    fc.assert(
      fc.property(rowNumbers, fc.nat(70), fc.nat(70), (rows, from, count) => {
        const list = listOf(rows);
        expect(list.length).toBe(rows.length);
        expect([...list.slice(from, count)]).toEqual(rows.slice(from, from + count));
      }),
    );
  });

  it('finds the first hit at or after any row', () => {
    fc.assert(
      fc.property(rowNumbers, fc.nat(100), (rows, row) => {
        const list = listOf(rows);
        for (const wanted of [row, ...rows, ...rows.map((each) => each + 1)])
          expect(list.position(wanted)).toBe(rows.filter((each) => each < wanted).length);
      }),
    );
  });

  it('holds many hits in many chunks', () => {
    const rows = Array.from({ length: 100_000 }, (_, i) => i * 3);
    const list = listOf(rows);
    expect([...list.slice(8_190, 5)]).toEqual([24_570, 24_573, 24_576, 24_579, 24_582]);
    expect([...list.slice(0, Infinity)]).toEqual(rows);
    expect(list.position(150_001)).toBe(50_001);
    expect(list.position(1e9)).toBe(100_000);
  });

  it('is empty at first', () => {
    expect([...new HitList().slice(0, 10)]).toEqual([]);
    expect(new HitList().position(5)).toBe(0);
  });
});

describe('lastAtMost', () => {
  it('is the last of equal values, and -1 before the first', () => {
    const values = [2, 4, 4, 4, 9];
    const at = (limit: number): number => lastAtMost(values.length, (i) => values[i]!, limit);
    expect([1, 2, 3, 4, 8, 9, 10].map(at)).toEqual([-1, 0, 0, 3, 3, 4, 4]);
  });
});
