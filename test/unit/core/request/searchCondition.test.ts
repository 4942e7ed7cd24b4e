import { describe, expect, it } from 'vitest';
import { conditionMatcher } from '../../../../src/core/request/condition/searchCondition.ts';
import { looksLikeCondition } from '../../../../src/webview/search/searchOptions.ts';

const finds = (pattern: string, text: string): boolean => {
  const matcher = conditionMatcher(pattern);
  const subject = matcher.subject(text);
  return subject !== undefined && matcher.test(subject);
};

const TRADE = '{"type":"trade","price":1.0,"tags":["a<b"],"id":12345678901234567890}';

describe('a condition as a search', () => {
  it.each([
    ['$.type == "trade"', true],
    ['$.type=="trade"', true],
    ['$.type!="trade"', false],
    ['$.price>=1', true],
    ['$.price<1', false],
    ['$.id == 12345678901234567890', true],
    ['$.id == 12345678901234567891', false],
    ['$.tags[?@=="a<b"] exists', true],
    ['$.tags[0]=="a<b"', true],
    ['$.missing not exists', true],
    ['text contains "trade"', true],
    ['size > 1KiB', false],
    ['size<1KiB', true],
    ['$.type matches /^tr/', true],
  ])('%s', (pattern, holds) => {
    expect(finds(pattern, TRADE)).toBe(holds);
  });

  it.each([
    ['$.type ==', /.+/],
    ['$.type = 1', /.+/],
    ['text contains trade', /double quotes/],
    ['latency > 100ms', /cannot ask for latency/],
    ['$.type == {{x}}', /.+/],
    ['$.type schema "./s.json"', /.+/],
  ])('says what is wrong with %s', (pattern, message) => {
    expect(() => conditionMatcher(pattern)).toThrow(message);
  });
});

describe('what is typed in mode JSONPath', () => {
  it.each([
    '$.type == "x"',
    '$.type=="x"',
    'size > 3',
    '$.a exists',
    '$.a not contains "b"',
    '$.a[?@.b==1] != 2',
  ])('is a condition: %s', (text) => expect(looksLikeCondition(text)).toBe(true));

  it.each(['$.type', '$.items[?@.price > 10]', '$["a == b"]', "$[?@['x'] == 'y'].z", '$..in'])(
    'is a path: %s',
    (text) => expect(looksLikeCondition(text)).toBe(false),
  );
});
