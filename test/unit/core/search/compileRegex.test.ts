import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRegex } from '../../../../src/core/search/compileRegex.ts';
import { regexProblem } from '../../../../src/core/search/regexProblem.ts';

const tests = (pattern: string, text: string, caseSensitive = true): boolean => {
  const matcher = compileRegex(pattern, caseSensitive);
  return matcher.test(matcher.subject(text));
};

describe('a regular expression', () => {
  it('has the flag u if it is valid with it', () => {
    expect(tests('^.$', '😀')).toBe(true);
    expect(tests('\\p{Lu}', 'É')).toBe(true);
    expect(tests('\\u{1F600}', '😀')).toBe(true);
  });

  it('has no flag u if it is only valid without it', () => {
    expect(tests('a{', 'a{')).toBe(true);
    expect(tests('\\-', '-')).toBe(true);
  });

  it('is case sensitive, or not', () => {
    expect(tests('abc', 'ABC')).toBe(false);
    expect(tests('abc', 'ABC', false)).toBe(true);
    expect(tests('É', 'é', false)).toBe(true);
  });

  it('gives the same answer each time', () => {
    const matcher = compileRegex('a', true);
    expect([1, 2, 3].map(() => matcher.test('ba'))).toEqual([true, true, true]);
    expect([1, 2].map(() => matcher.ranges('aba'))).toEqual(
      [1, 2].map(() => [
        [0, 1],
        [2, 3],
      ]),
    );
  });

  it('marks no empty match', () => {
    expect(compileRegex('x*', true).ranges('axxb')).toEqual([[1, 3]]);
  });

  it.each([
    ['a(b', /at character 2: this \( is never closed; add \) or write \\\(/],
    ['a((b)', /at character 2/],
    ['a)b', /at character 2: this \) closes nothing/],
    ['[abc', /at character 1: this \[ is never closed/],
    ['ab\\', /at character 3: a \\ at the end/],
    ['*a', /at character 1: \* repeats nothing; write \\\*/],
    ['a|+', /at character 3: \+ repeats nothing/],
    ['a**', /at character 3/],
    ['(?:+)', /at character 4/],
    ['[\\](]\\(x)', /at character 9: this \) closes nothing/],
    ['a{2,1}', /not valid \(numbers out of order in \{\} quantifier\): correct it, or search for plain text/],
    ['(?<n>a)(?<n>b)', /Duplicate capture group name/],
    ['(?<=a)(?<!b)(?<n>c)(?=d)(?!e)(?:f)\\', /at character 35/],
  ])('that is invalid is refused with the place: %s', (pattern, sentence) => {
    expect(() => compileRegex(pattern, true)).toThrow(sentence);
    expect(() => compileRegex(pattern, true)).toThrow(expect.objectContaining({ code: 'call.invalid' }));
  });

  it('is not run during its check, even if it takes long', () => {
    const started = performance.now();
    compileRegex(`${'(?:'.repeat(2000)}a${'){2}'.repeat(2000)}`, true);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('regexProblem', () => {
  it('has a sentence for every error of JavaScript', () => {
    const patterns = fc.string({ unit: fc.constantFrom(...'ab()[]{}*+?|\\^$1,<:=!-'), maxLength: 10 });
    fc.assert(
      fc.property(patterns, (pattern) => {
        try {
          new RegExp(pattern);
        } catch {
          expect(regexProblem(pattern)).toMatch(/^The regular expression is not valid.*\.$/s);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
