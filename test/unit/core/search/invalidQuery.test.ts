import { describe, expect, it } from 'vitest';
import { invalidQuery } from '../../../../src/core/search/compileText.ts';
import type { TextQuery } from '../../../../src/shared/queryProtocol.ts';

const plain = (pattern: string): TextQuery => ({ pattern, mode: 'plain', caseSensitive: true });

describe('invalidQuery', () => {
  it.each([
    {},
    { directions: ['in'], kinds: ['text'], minSize: 0, maxSize: 0 },
    { directions: [], kinds: [] },
    { text: plain('(') },
    { text: { pattern: '(a)', mode: 'regex', caseSensitive: false } },
    { text: { pattern: '$.a', mode: 'jsonpath', caseSensitive: true } },
  ] as const)('finds nothing wrong with %j', async (query) => {
    await expect(invalidQuery(query)).resolves.toBeUndefined();
  });

  it.each([
    [{ minSize: -1 }, /size -1 is not a number of bytes: use a whole number/],
    [{ maxSize: 1.5 }, /size 1.5/],
    [{ minSize: 5, maxSize: 4 }, /at least 5 and at most 4 bytes: exchange them/],
    [{ text: plain('') }, /search is empty: type what to look for/],
    [{ text: plain('x'.repeat(20_000)) }, /has 20000 characters: shorten it to 16384/],
    [{ text: { pattern: 'a(', mode: 'regex', caseSensitive: true } }, /at character 2/],
    [
      { text: { pattern: '$.a[', mode: 'jsonpath', caseSensitive: true } },
      /JSONPath is not valid at its end/,
    ],
  ] as const)('says in one sentence what is wrong with %j', async (query, sentence) => {
    const problem = await invalidQuery(query);
    expect(problem).toMatch(sentence);
    expect(problem).toMatch(/\.$/);
  });
});
