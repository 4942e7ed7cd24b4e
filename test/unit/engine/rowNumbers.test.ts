import { describe, expect, it } from 'vitest';
import { RowNumbers } from '../../../src/engine/rowNumbers.ts';

/** Adds rows with these numbers in the recording. @returns their numbers */
const add = (numbers: RowNumbers, ...rows: (number | undefined)[]): number[] =>
  rows.map((row) => numbers.add(row));

describe('RowNumbers', () => {
  it('are those of the recording while all is recorded', () => {
    const numbers = new RowNumbers();
    expect(add(numbers, 0, 1, 2)).toEqual([0, 1, 2]);
    expect([0, 1, 2].map((seq) => numbers.rowOf(seq))).toEqual([0, 1, 2]);
  });

  it('continue those of a continued recording', () => {
    const numbers = new RowNumbers();
    expect(add(numbers, 7, 8)).toEqual([7, 8]);
    expect(numbers.rowOf(8)).toBe(8);
  });

  it('count rows that nothing records', () => {
    const numbers = new RowNumbers();
    expect(add(numbers, undefined, undefined)).toEqual([0, 1]);
    expect(numbers.rowOf(1)).toBeUndefined();
  });

  it('never repeat, and lead to the rows on disk, over several failures', () => {
    const numbers = new RowNumbers();
    // Rows 2 and 3 were on their way when the disk failed; then two more passed.
    expect(add(numbers, 0, 1, 2, 3, undefined, undefined)).toEqual([0, 1, 2, 3, 4, 5]);
    numbers.restart(2);
    // Row 2 is the gap row: it is shown when it is on disk, behind two later ones.
    expect(add(numbers, 3, 4, 2, 5)).toEqual([6, 7, 8, 9]);
    expect(add(numbers, undefined)).toEqual([10]);
    numbers.restart(5);
    expect(add(numbers, 5, 6)).toEqual([11, 12]);
    const rows = Array.from({ length: 13 }, (_, seq) => numbers.rowOf(seq));
    expect(rows).toEqual([
      0,
      1,
      undefined,
      undefined,
      undefined,
      undefined,
      3,
      4,
      2,
      undefined,
      undefined,
      5,
      6,
    ]);
  });
});
