import { describe, expect, it } from 'vitest';
import { compileJsonPath } from '../../../../src/core/search/compileJsonPath.ts';

function selects(path: string, text: string): boolean {
  const matcher = compileJsonPath(path);
  const subject = matcher.subject(text);
  return subject !== undefined && matcher.test(subject);
}

describe('a JSONPath', () => {
  it.each([
    ['$', '5', true],
    ['$', 'null', true],
    ['$.a', '{"a":null}', true],
    ['$.a', '{"b":1}', false],
    ['$.a', ' \n{"a":1}', true],
    ['$.a', '"a"', false],
    ['$[0]', '[1]', true],
    ['$[1]', '[1]', false],
    ['$..id', '{"a":[{"id":1}]}', true],
    ['$[?@.a==1 && @.b==2 && @.c==3]', '[{"a":1,"b":2,"c":9}]', false],
    ['$[?@.a==1 && @.b==2 && @.c==3]', '[{"a":1,"b":2,"c":3}]', true],
    ['$[?@[0]==1]', '[[1,2]]', true],
    ['$[?$.type == "tick"]', '{"type":"tick"}', true],
    ['$[?$.type == "tick"]', '{"type":"tock"}', false],
    ['$.items[?@.price > 10].name', '{"items":[{"price":11,"name":"x"}]}', true],
    ['$[?match(@, "a|b")]', '["ab"]', false],
    ['$[?search(@, "^ab")]', '["abc"]', true],
    ['$[?length(@) == 1]', '["😀"]', true],
    ['$[?length(@) == 2]', '[[1,2]]', true],
    ['$[?length(@) == 2]', '[{"a":1}]', false],
    ['$[?length(@.x) == 2]', '[{"x":5}]', false],
    ['$.a', '{"a":1', false],
    ['$.a', 'no JSON', false],
    ['$.a', '', false],
    ['$.__proto__', '{}', false],
    ['$.constructor', '{"b":1}', false],
  ])('%s in %s: %j', (path, text, expected) => {
    expect(selects(path, text)).toBe(expected);
  });

  it('compares numbers as doubles: integers beyond their precision are equal', () => {
    expect(selects('$[?@ == 12345678901234567890]', '[12345678901234567890]')).toBe(true);
    expect(selects('$[?@ == 12345678901234567890]', '[12345678901234567891]')).toBe(true);
    expect(selects('$[?@ == 9007199254740991]', '[9007199254740990]')).toBe(false);
  });

  it('looks only at messages, and marks nothing', () => {
    expect(compileJsonPath('$.a')).toMatchObject({ kinds: ['text', 'binary'], proofs: [], hints: undefined });
    expect(compileJsonPath('$.a').ranges('{"a":1}')).toEqual([]);
  });

  it('goes down deep, and says where that is too deep', () => {
    const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    expect(selects('$..x', nested(900))).toBe(false);
    expect(() => selects('$..x', nested(2000))).toThrow(RangeError);
  });

  it.each([
    ['$.', /at its end \(something is missing\)/],
    ['$["a', /at its end \(unclosed string/],
    ['abc', /at character 1 \(expected '\$', found 'a'\)/],
    ['$.a b', /at character 5/],
    ['$.a ', /at character 4|at its end/],
    ['$[?@.a == ]', /at character 11/],
    ['$[?foo(@.a)]', /at character 4 \(no such function 'foo'\)/],
    ['$[?count(@.a)]', /must be compared/],
    ['$[?@.*==1]', /non-singular query is not comparable/],
    ['$[99999999999999999999]', /index out of range/],
    ['$..', /bald descendant segment/],
  ])('that is wrong is refused with the place and an example: %s', (path, sentence) => {
    expect(() => compileJsonPath(path)).toThrow(sentence);
    expect(() => compileJsonPath(path)).toThrow(/^The JSONPath is not valid .*\(RFC 9535\)\.$/);
    expect(() => compileJsonPath(path)).toThrow(expect.objectContaining({ code: 'call.invalid' }));
  });
});
