import { describe, expect, test } from 'vitest';
import { safeTextLength } from '../../../../src/core/search/regexCost.ts';
import { regexProblem } from '../../../../src/core/search/regexProblem.ts';

describe('the safe text length', () => {
  test.each([
    'abc',
    '^a+$',
    '^\\d{4}-\\d{2}$',
    'a|b|c',
    '^[a-z+*(]+$',
    'x{2,5}',
    '\\(a\\*\\)',
    '(?<year>\\d{4})-',
  ])('is unlimited for %s', (pattern) => expect(safeTextLength(pattern)).toBe(Infinity));

  test.each([
    `${'(a|a)'.repeat(24)}b`,
    `${'a?'.repeat(30)}${'a'.repeat(30)}`,
    `${'(?:a|)'.repeat(40)}b`,
    `${'a{0,1}'.repeat(30)}b`,
    '(a+)+$',
    '(?:a|b)*c',
    '(a?){20}b',
    '((a{0,9}){0,9}){0,9}b',
    '(a)\\1',
    '(?<x>a)\\k<x>',
    '(?=(a|aa)+$)b',
  ])('is zero for %s', (pattern) => expect(safeTextLength(pattern)).toBe(0));

  test('is finite if the time grows faster than the text', () => {
    const [one, two, three] = ['a+b', 'a+b+c', 'a+b+c+d'].map(safeTextLength);
    expect(one).toBeGreaterThan(500);
    expect(two).toBeGreaterThan(20);
    expect([two! < one!, three! < two!]).toEqual([true, true]);
    expect(safeTextLength('a'.repeat(5000))).toBeLessThan(10_000);
  });

  test('is found for any pattern', () => {
    const pieces = [
      '(',
      ')',
      '|',
      '*',
      '+',
      '?',
      '{1,2}',
      '{3',
      '[',
      ']',
      '\\',
      'a',
      '(?:',
      '(?<n>',
      '^',
      '$',
      '',
    ];
    for (let round = 0; round < 5000; round++) {
      const pattern = Array.from(
        { length: 8 },
        (_, at) => pieces[(round * 7 + at * at * 13) % pieces.length],
      ).join('');
      expect(safeTextLength(pattern)).toBeGreaterThanOrEqual(0);
    }
  });
});

test('checks an invalid pattern in time that grows with its length', () => {
  const begun = performance.now();
  regexProblem(`${'(?<'.repeat(60_000)}*`);
  regexProblem(`${'('.repeat(60_000)}`);
  safeTextLength('(?<'.repeat(60_000));
  expect(performance.now() - begun).toBeLessThan(3_000);
});
