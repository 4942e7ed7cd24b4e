import { DuplexError } from '../../shared/errors.ts';
import type { TextQuery } from '../../shared/queryProtocol.ts';
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
