import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equalJson } from '../../../../../src/core/request/condition/compareJson.ts';
import {
  parseExact,
  showJson,
  spelling,
  typeOf,
} from '../../../../../src/core/request/condition/exactJson.ts';

const read = (text: string): unknown => parseExact(text)!.value;

describe('numbers keep their spelling', () => {
  test.each([
    '12345678901234567890',
    '1.0',
    '-0',
    '1e400',
    '0.0000001',
    '1E5',
    '3.141592653589793238462643383279',
    '7',
  ])('%s', (written) => {
    const [value] = read(`[${written}]`) as unknown[];
    expect(typeOf(value)).toBe('number');
    expect(spelling(value)).toBe(written);
    expect(showJson(value, 100)).toBe(written);
  });

  test('strings and names stay unchanged', () => {
    const text = '{"1.0": "1.0", "e": "1e5 \\" 12345678901234567890", "\\u0000n1": "\\u0000n1.0", "x": 1.50}';
    const value = read(text) as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(['1.0', 'e', '\0n1', 'x']);
    expect(Object.values(value).map(typeOf)).toEqual(['string', 'string', 'string', 'number']);
    expect(Object.values(value).map(spelling)).toEqual([
      '1.0',
      '1e5 " 12345678901234567890',
      '\0n1.0',
      '1.50',
    ]);
  });
});

test('any JSON is read as JSON.parse reads it, and equals itself', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const { value, plain } = parseExact(text)!;
      expect(plain).toEqual(JSON.parse(text));
      expect(equalJson(value, read(text))).toBe(true);
      expect(JSON.parse(showJson(value, Infinity))).toEqual(plain);
    }),
  );
});

test('a text that is not JSON has no value', () => {
  for (const text of ['', '{', 'undefined', "{'a':1}", '01', '[1,]'])
    expect(parseExact(text)).toBeUndefined();
});

test('a long value is cut for display', () => {
  expect(showJson(read('"abcdef"'), 3)).toBe('"abc…"');
  expect(showJson(read(`[${'1,'.repeat(1000)}1]`), 20).length).toBeLessThan(40);
});

describe('values are equal', () => {
  test.each([
    ['{"a": 1, "b": [2.0]}', '{"b": [2], "a": 1.0}', true],
    ['{"a": 1}', '{"a": 1, "b": 2}', false],
    ['{"__proto__": 1}', '{}', false],
    ['[1, 2]', '[2, 1]', false],
    ['"1"', '1', false],
    ['null', 'false', false],
    ['9007199254740993', '9007199254740992', false],
  ])('%s and %s: %s', (a, b, equal) => expect(equalJson(read(a), read(b))).toBe(equal));
});
