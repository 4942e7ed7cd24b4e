import { describe, expect, it } from 'vitest';
import { parseFilter, parseSearch } from '../../../../src/core/search/parseQuery.ts';

describe('parseFilter', () => {
  it.each([
    ['', {}],
    ['in', { directions: ['in'] }],
    ['in text size>1000', { directions: ['in'], kinds: ['text'], minSize: 1001 }],
    ['IN, Out  text,binary', { directions: ['in', 'out'], kinds: ['text', 'binary'] }],
    ['control', { kinds: ['ping', 'pong', 'close'] }],
    ['size >= 1KiB', { minSize: 1024 }],
    ['size<=1.5KB size>=10', { minSize: 10, maxSize: 1500 }],
    ['size<10', { maxSize: 9 }],
    ['size=0', { maxSize: 0 }],
    ['size=7', { minSize: 7, maxSize: 7 }],
    ['size>5 size>9 size<100 size<50', { minSize: 10, maxSize: 49 }],
    ['none open error note', { directions: ['none'], kinds: ['open', 'error', 'note'] }],
  ])('reads %j', (text, filter) => {
    expect(parseFilter(text)).toEqual({ filter });
  });

  it.each([
    [
      'in foo',
      /“foo” at character 4 of the filter is not known: use none, in, out, open, .*control, or a size/,
    ],
    ['size>', /^At character 1 of the filter: “” is not a size: write it as in 125B/],
    ['in size>1parsec', /^At character 4 of the filter: “parsec” is not a unit of size/],
    ['size', /“size” at character 1/],
    ['size>5 size<5', /No message has a size/],
    ['size<0', /No message has a size/],
  ])('reports the problem of %j', (text, problem) => {
    expect(parseFilter(text)).toEqual({ problem: expect.stringMatching(problem) });
  });
});

describe('parseSearch', () => {
  it.each([
    ['error', 'error', 'plain', true],
    ['a/b/', 'a/b/', 'plain', true],
    ['/api/users-1', '/api/users-1', 'plain', true],
    ['/', '/', 'plain', true],
    ['$', '$', 'plain', true],
    ['$5', '$5', 'plain', true],
    ['\\/a/', '/a/', 'plain', true],
    ['\\$.a', '$.a', 'plain', true],
    ['\\n', '\\n', 'plain', true],
    ['/a+/', 'a+', 'regex', true],
    ['/a\\/b/i', 'a\\/b', 'regex', false],
    ['/a/giu', 'a', 'regex', false],
    ['/a/u', 'a', 'regex', true],
    ['$.a', '$.a', 'jsonpath', true],
    ['$[?@.a]', '$[?@.a]', 'jsonpath', true],
    ['', '', 'plain', true],
  ])('reads %j as %j, %s, case sensitive %j', (text, pattern, mode, caseSensitive) => {
    expect(parseSearch(text)).toEqual({ text: { pattern, mode, caseSensitive } });
  });

  it('ignores case on request', () => {
    expect(parseSearch('A', false)).toMatchObject({ text: { caseSensitive: false } });
    expect(parseSearch('/A/', false)).toMatchObject({ text: { caseSensitive: false } });
  });

  it('refuses flags that would be ignored, and tells how to search for the text itself', () => {
    expect(parseSearch('/a.b/s')).toEqual({
      problem: expect.stringMatching(/not with the flags s; .* write \\\/a\.b\/s\.$/),
    });
  });
});
