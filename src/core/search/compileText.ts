import { DuplexError } from '../../shared/errors.ts';
import type { Query, TextQuery } from '../../shared/queryProtocol.ts';
import { compilePlain } from './compilePlain.ts';
import { compileRegex } from './compileRegex.ts';
import type { TextMatcher } from './textMatcher.ts';

/**
 * Maximum characters of a pattern: a longer pattern is a mistake. A block of bytes must be much longer than
 * the pattern.
 */
const MAX_PATTERN = 16_384;

/** Compiles conditions of request files; passed in because they belong to a higher layer. */
export type ConditionCompiler = (pattern: string) => Promise<TextMatcher>;

/**
 * Compiles a pattern.
 * @throws DuplexError `call.invalid`, with one sentence that says where the pattern is wrong and what to write instead
 */
export async function compileText(
  { pattern, mode, caseSensitive }: TextQuery,
  conditions?: ConditionCompiler,
): Promise<TextMatcher> {
  if (pattern === '')
    throw new DuplexError('call.invalid', 'The search is empty: type what to look for, or leave it out.');
  if (pattern.length > MAX_PATTERN)
    throw new DuplexError(
      'call.invalid',
      `The search has ${pattern.length} characters: shorten it to ${MAX_PATTERN}.`,
    );
  switch (mode) {
    case 'plain':
      return compilePlain(pattern, caseSensitive);
    case 'regex':
      return compileRegex(pattern, caseSensitive);
    case 'condition':
      if (conditions) return conditions(pattern);
      throw new DuplexError('call.invalid', 'Conditions cannot be searched for here: use a JSONPath.');
    case 'jsonpath': {
      // 60 KB that few searches need, so they load on first use.
      const { compileJsonPath } = await import('./compileJsonPath.ts');
      return compileJsonPath(pattern);
    }
  }
}

/**
 * Checks a query before it runs. Fast enough to call while the user types; asynchronous because JSONPath loads on first
 * use.
 * @returns one sentence with the problem, its place in the pattern and the remedy; undefined if the query is valid
 */
export async function invalidQuery(
  { minSize = 0, maxSize, text }: Pick<Query, 'minSize' | 'maxSize' | 'text'>,
  conditions?: ConditionCompiler,
): Promise<string | undefined> {
  for (const size of [minSize, maxSize ?? 0])
    if (!Number.isSafeInteger(size) || size < 0)
      return `The size ${size} is not a number of bytes: use a whole number from 0.`;
  if (maxSize !== undefined && minSize > maxSize)
    return `No size is at least ${minSize} and at most ${maxSize} bytes: exchange them.`;
  if (text === undefined) return undefined;
  try {
    await compileText(text, conditions);
    return undefined;
  } catch (error) {
    if (error instanceof DuplexError) return error.message;
    throw error;
  }
}
