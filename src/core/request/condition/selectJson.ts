import { JSONPathError, type JSONPathQuery } from 'json-p3';
import { DuplexError } from '../../../shared/errors.ts';
import { jsonPathQuery } from '../../search/compileJsonPath.ts';
import type { ExactJson } from './exactJson.ts';

export interface JsonSelector {
  /** Selects values of a message by a JSONPath. @throws DuplexError `file.invalid` if the path takes too long on it */
  readonly select: (json: { readonly value: ExactJson; readonly plain: unknown }) => ExactJson[];
  /**
   * Whether selecting takes linear time. Three things do not: filters may look at the whole message for each of its
   * values, several `..` or several selectors in one bracket multiply what they select, and `match` and `search` are
   * regular expressions.
   */
  readonly isLinear: boolean;
}

/** Compiled selectors by path: a file applies the same few paths to every message. */
const known = new Map<string, JsonSelector>();
const MAX_KNOWN = 500;

/**
 * Compiles a JSONPath (RFC 9535). Filters within it compare JavaScript numbers; selected values keep their spelling.
 * @throws DuplexError `call.invalid` if the path is not valid
 */
export function jsonSelector(path: string): JsonSelector {
  let selector = known.get(path);
  if (!selector) {
    if (known.size >= MAX_KNOWN) known.clear();
    selector = compile(path);
    known.set(path, selector);
  }
  return selector;
}

function compile(path: string): JsonSelector {
  const query = jsonPathQuery(path);
  const names = singularNames(query);
  if (names)
    return {
      isLinear: true,
      select({ value }) {
        const found = walk(value, names);
        return found === undefined ? [] : [found];
      },
    };
  return {
    isLinear: isLinear(query),
    select: ({ value, plain }) =>
      nodesOf(query, plain).map((node) => (value === plain ? node.value : walk(value, node.location))),
  };
}

function isLinear({ segments }: JSONPathQuery): boolean {
  const descents = segments.filter((segment) => String(segment).startsWith('..')).length;
  return (
    descents <= 1 &&
    segments.every(({ selectors }) => selectors.length === 1 && !('expression' in selectors[0]!))
  );
}

/** Selects nothing if the message nests deeper than a path can go. */
function nodesOf(query: JSONPathQuery, plain: unknown): ReturnType<JSONPathQuery['query']>['nodes'] {
  try {
    return query.query(plain as Parameters<JSONPathQuery['query']>[0]).nodes;
  } catch (error) {
    if (error instanceof JSONPathError) return [];
    if (!(error instanceof RangeError)) throw error;
    throw new DuplexError(
      'file.invalid',
      'The JSONPath has too many parts to be evaluated: split it into several conditions.',
      { cause: error },
    );
  }
}

/**
 * The steps of a path of names and indexes only, which selects at most one value. Walking it is fifty times faster than
 * a query.
 */
function singularNames(query: JSONPathQuery): (string | number)[] | undefined {
  if (!query.singularQuery()) return undefined;
  return query.segments.map(({ selectors: [only] }) => {
    const selector = only as { readonly name?: string; readonly index?: number };
    return selector.name ?? selector.index!;
  });
}

function walk(root: ExactJson, location: readonly (string | number)[]): ExactJson {
  let value = root;
  for (const step of location) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value)) {
      if (typeof step !== 'number') return undefined;
      value = value.at(step);
    } else {
      if (typeof step !== 'string' || !Object.hasOwn(value, step)) return undefined;
      value = (value as Record<string, unknown>)[step];
    }
  }
  return value;
}
