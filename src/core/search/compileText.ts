import { DuplexError } from '../../shared/errors.ts';
import type { Query, TextQuery } from '../../shared/queryProtocol.ts';
import { compilePlain } from './compilePlain.ts';
import { compileRegex } from './compileRegex.ts';
import type { TextMatcher } from './textMatcher.ts';

/** Longer ones are a mistake, and a block of bytes must hold them many times over. */
const MAX_PATTERN = 16_384;

/** Compiles conditions of request files, which stand above this layer. */
export type ConditionCompiler = (pattern: string) => Promise<TextMatcher>;

/**
 * Makes a pattern ready to be looked for.
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
      // Of 60 KB that few searches need: loaded by the first that does.
      const { compileJsonPath } = await import('./compileJsonPath.ts');
      return compileJsonPath(pattern);
    }
  }
}

/**
 * Why a query cannot be run, as one sentence with the remedy and, for a bad pattern, the place; undefined when it
 * is fine. Cheap enough to be asked while somebody types; asynchronous because JSONPath is loaded by its first use.
 */
export async function invalidQuery(
  { minSize = 0, maxSize, text }: Query,
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
