import { describe, expect, it } from 'vitest';
import { createWatch, currentAttempt, watched } from '../../../../src/core/search/watch.ts';

describe('a watched trial', () => {
  it('shows its job and row from outside while it runs, and only then', () => {
    const watch = createWatch();
    const attempt = watched(watch, 7);
    expect(currentAttempt(watch)).toBeUndefined();
    expect(attempt(12, () => currentAttempt(watch))).toEqual({ job: 7, row: 12, count: 1 });
    expect(currentAttempt(watch)).toBeUndefined();
  });

  it('differs from another one of the same row', () => {
    const watch = createWatch();
    const attempt = watched(watch, 1);
    const [first, second] = [1, 2].map(() => attempt(3, () => currentAttempt(watch)));
    expect(first?.row).toBe(second?.row);
    expect(first?.count).not.toBe(second?.count);
  });

  it('shows rows beyond 32 bits', () => {
    const watch = createWatch();
    for (const row of [2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 5])
      expect(watched(watch, 1)(row, () => currentAttempt(watch)?.row)).toBe(row);
  });

  it('is over when it throws, and the error comes through', () => {
    const watch = createWatch();
    const fail = (): never => {
      throw new RangeError('deep');
    };
    expect(() => watched(watch, 1)(0, fail)).toThrow(RangeError);
    expect(currentAttempt(watch)).toBeUndefined();
  });
});
