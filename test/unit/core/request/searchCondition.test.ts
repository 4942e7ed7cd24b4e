import { describe, expect, it } from 'vitest';
import { compileConditionMatcher } from '../../../../src/core/request/condition/searchCondition.ts';
import type { RowFacts } from '../../../../src/core/search/textMatcher.ts';
import { looksLikeCondition } from '../../../../src/webview/search/searchOptions.ts';

const finds = (pattern: string, text: string): boolean => {
  const matcher = compileConditionMatcher(pattern);
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
    ['status == 101', /cannot ask for status/],
    ['$.type == {{x}}', /.+/],
    ['$.type schema "./s.json"', /.+/],
  ])('reports the problem of %s', (pattern, message) => {
    expect(() => compileConditionMatcher(pattern)).toThrow(message);
  });
});

describe('a condition about a property other than the payload', () => {
  const finds = (pattern: string, facts: Partial<RowFacts>): boolean => {
    const { kinds, testFacts } = compileConditionMatcher(pattern);
    const row: RowFacts = { kind: 'text', size: 10, latency: 50, ...facts };
    return kinds!.includes(row.kind) && testFacts!(row);
  };

  it.each<[string, Partial<RowFacts>, boolean]>([
    ['latency > 100ms', { latency: 100.1 }, true],
    ['latency > 100ms', { latency: 100 }, false],
    ['latency>0.1s', { latency: 101 }, true],
    ['latency not > 100ms', { latency: 100 }, true],
    ['latency not > 100ms', { latency: undefined }, false],
    ['latency < 1s', { kind: 'close', latency: 5 }, true],
    ['latency < 1s', { kind: 'ping', latency: 5 }, false],
    ['kind == "binary"', { kind: 'binary' }, true],
    ['kind=="binary"', {}, false],
    ['kind == "pong"', { kind: 'pong' }, true],
    ['kind in ["ping", "close"]', { kind: 'close' }, true],
    ['size > 9B', {}, true],
    ['size > 9B', { kind: 'ping' }, false],
  ])('%s of %j', (pattern, facts, holds) => {
    expect(finds(pattern, facts)).toBe(holds);
  });
});

describe('the input in mode JSONPath', () => {
  it.each([
    '$.type == "x"',
    '$.type=="x"',
    'size > 3',
    'latency > 100ms',
    'kind=="close"',
    '$.a exists',
    '$.a not contains "b"',
    '$.a[?@.b==1] != 2',
  ])('is a condition: %s', (text) => expect(looksLikeCondition(text)).toBe(true));

  it.each(['$.type', '$.items[?@.price > 10]', '$["a == b"]', "$[?@['x'] == 'y'].z", '$..in'])(
    'is a path: %s',
    (text) => expect(looksLikeCondition(text)).toBe(false),
  );
});
