import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonProblem } from '../../../../src/core/format/jsonScanner.ts';
import { createJsonScanner } from '../../../../src/core/format/jsonScanner.ts';
import { utf8 } from './helpers.ts';

function scan(text: string, budget = Infinity): JsonProblem | undefined {
  const scanner = createJsonScanner(utf8(text), () => undefined);
  while (!scanner.step(budget));
  return scanner.problem;
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('createJsonScanner', () => {
  it('accepts every kind of value', () => {
    for (const text of [
      'null',
      'true',
      ' false ',
      '0',
      '-0',
      '12.50',
      '1e5',
      '-1.5E-10',
      '""',
      '"a\\u00e9\\n"',
      '[]',
      '{}',
      ' [ ] ',
      '{ }',
      '[1, [2, {"a": [3]}], {}]',
    ]) {
      expect(scan(text), text).toBeUndefined();
    }
  });

  it.each([
    ['', 0, 'a value'],
    ['  ', 2, 'a value'],
    ['hello', 0, 'a value'],
    ['[1,]', 3, 'a value'],
    ['[,1]', 1, 'a value or ]'],
    ['[1 2]', 3, 'a comma or ]'],
    ['[1}', 2, 'a comma or ]'],
    ['{"a" 1}', 5, 'a colon'],
    ['{"a":1 "b"}', 7, 'a comma or }'],
    ['{"a":1]', 6, 'a comma or }'],
    ['{a:1}', 1, 'a name in double quotes or }'],
    ['{"a":1,}', 7, 'a name in double quotes'],
    ["{'a':1}", 1, 'a name in double quotes or }'],
    ['{"a":}', 5, 'a value'],
    ['{"a":1', 6, 'a comma or }'],
    ['[', 1, 'a value or ]'],
    ['{"a', 3, 'the closing quote of a string'],
    ['"a\nb"', 2, 'control characters in a string to be escaped'],
    ['"\\x"', 2, 'one of " \\ / b f n r t u after a backslash'],
    ['"\\u12g4"', 5, 'four hexadecimal digits after \\u'],
    ['"\\', 2, 'one of " \\ / b f n r t u after a backslash'],
    ['01', 1, 'nothing after the end of the value'],
    ['-', 1, 'a digit'],
    ['1.', 2, 'a digit'],
    ['1.e5', 2, 'a digit'],
    ['1e+', 3, 'a digit'],
    ['+1', 0, 'a value'],
    ['.5', 0, 'a value'],
    ['NaN', 0, 'a value'],
    ['trux', 3, 'the rest of true'],
    ['nul', 3, 'the rest of null'],
    ['{} {}', 3, 'nothing after the end of the value'],
    ['{"é":x}', 6, 'a value'],
    ['\uFEFF{}', 0, 'a value'],
  ])('says where %j stops being JSON and what was expected', (text, at, expected) => {
    expect(scan(text)).toEqual({ at, expected });
  });

  it('agrees with JSON.parse on what is JSON', () => {
    const fragment = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"\\u0041"',
      '1',
      '-0.5e3',
      'true',
      'null',
      ' ',
      '\n',
      '"',
      '\\',
      '0',
      'e',
      '.',
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        expect(scan(text) === undefined).toBe(parses(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it('agrees with JSON.parse on broken JSON', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 2 }), (json, at, patch) => {
        const where = at % (json.length + 1);
        const text = json.slice(0, where) + patch + json.slice(where + 1);
        fc.pre(!/\p{Surrogate}/u.test(text));
        expect(scan(text) === undefined).toBe(parses(text));
      }),
    );
  });

  it('comes to the same result in slices of any size', () => {
    fc.assert(
      fc.property(fc.json(), fc.integer({ min: 1, max: 7 }), fc.boolean(), (json, budget, cutOff) => {
        const text = cutOff ? json.slice(0, -1) : json;
        expect(scan(text, budget)).toEqual(scan(text));
      }),
    );
  });

  it('stops within its budget, also inside one long string', () => {
    const scanner = createJsonScanner(utf8(`"${'x'.repeat(10_000)}"`), () => undefined);
    expect(scanner.step(100)).toBe(false);
    expect(scanner.position).toBeGreaterThan(0);
    expect(scanner.position).toBeLessThanOrEqual(200);
  });

  it('takes a million levels of nesting', () => {
    expect(scan('['.repeat(1_000_000) + ']'.repeat(1_000_000))).toBeUndefined();
    expect(scan('['.repeat(1_000_000))).toEqual({ at: 1_000_000, expected: 'a value or ]' });
  });
});
