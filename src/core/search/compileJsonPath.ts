import { FunctionExpressionType, JSONPathEnvironment, JSONPathError, Nothing } from 'json-p3';
import type { JSONPathQuery } from 'json-p3';
import { DuplexError } from '../../shared/errors.ts';
import type { TextMatcher } from './textMatcher.ts';

type Json = Parameters<JSONPathQuery['query']>[0];

/** Levels that `..` descends, the same as in request files. Messages that nest deeper are skipped. */
const MAX_DEPTH = 1002;

/** Maximum nesting of brackets in a path: the library parses and evaluates them recursively. */
const MAX_NESTING = 64;

const environment = new JSONPathEnvironment({ maxRecursionDepth: MAX_DEPTH });

// RFC 9535, section 2.4.4, counts Unicode scalar values; the library counts UTF-16 units.
environment.functionRegister.set('length', {
  argTypes: [FunctionExpressionType.ValueType],
  returnType: FunctionExpressionType.ValueType,
  call(value: unknown) {
    if (typeof value === 'string') return [...value].length;
    if (Array.isArray(value)) return value.length;
    return typeof value === 'object' && value !== null ? Object.keys(value).length : Nothing;
  },
});

/**
 * Compiles a JSONPath (RFC 9535). It finds JSON messages in which it selects something. Numbers are those of
 * JSON.parse: numbers that differ only beyond the precision of a double are equal.
 */
export function compileJsonPath(pattern: string): TextMatcher {
  const query = jsonPathQuery(pattern);
  // Only `$` itself selects something of a value that is neither an object nor an array.
  const shape = query.segments.length === 0 ? /^/ : /^[ \t\n\r]*[[{]/;
  return {
    kinds: ['text', 'binary'],
    proofs: [],
    hints: undefined,
    ignoresCase: false,
    subject: (text) => (shape.test(text) ? parse(text) : undefined),
    test(value) {
      try {
        return !query.query(value as Json).empty();
      } catch (error) {
        throw error instanceof JSONPathError ? new RangeError(error.message) : error;
      }
    },
    ranges: () => [],
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not JSON, so it cannot match.
    return undefined;
  }
}

/** @throws DuplexError `call.invalid` that says where the path is wrong */
export function jsonPathQuery(pattern: string): JSONPathQuery {
  if (nesting(pattern) > MAX_NESTING) throw tooComplex(`it nests deeper than ${MAX_NESTING} levels`);
  try {
    return environment.compile(pattern);
  } catch (error) {
    if (error instanceof RangeError) throw tooComplex('it has too many parts');
    if (!(error instanceof JSONPathError)) throw error;
    const { index, kind, value } = error.token;
    const where = index >= pattern.length ? 'at its end' : `at character ${index + 1}`;
    const reason = (String(kind) === 'TOKEN_ERROR' ? value : error.message)
      .replace(/ \('.*':\d+\)$/s, '')
      .replace("can't backup beyond start", 'something is missing');
    throw new DuplexError(
      'call.invalid',
      `The JSONPath is not valid ${where} (${reason}): write it as in $.items[?@.price > 10].name (RFC 9535).`,
    );
  }
}

function tooComplex(reason: string): DuplexError {
  return new DuplexError(
    'call.invalid',
    `The JSONPath is too complex (${reason}): split it into several conditions.`,
  );
}

/** How deep the brackets and negations of a path nest, except for those in quotes. */
function nesting(pattern: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of pattern.matchAll(/"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|[[(]|[\])]|!+/g)) {
    if (token === ']' || token === ')') depth--;
    else if (token === '[' || token === '(') deepest = Math.max(deepest, ++depth);
    else if (token[0] === '!') deepest = Math.max(deepest, depth + token.length);
  }
  return deepest;
}
