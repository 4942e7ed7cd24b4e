import { DuplexError } from '../../shared/errors.ts';
import type { Query } from '../../shared/queryProtocol.ts';
import { compileText } from './compileText.ts';
import type { ConditionCompiler } from './compileText.ts';

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
