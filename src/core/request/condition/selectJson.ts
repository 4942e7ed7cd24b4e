import { JSONPathError, type JSONPathQuery } from 'json-p3';
import { jsonPathQuery } from '../../search/compileJsonPath.ts';
import type { ExactJson } from './exactJson.ts';

/** The values that a JSONPath selects of a message. */
export type JsonSelector = (json: { readonly value: ExactJson; readonly plain: unknown }) => ExactJson[];

/** Selectors by their path: a file asks for the same few of each of its messages. */
const known = new Map<string, JsonSelector>();
const MAX_KNOWN = 500;

/**
 * A JSONPath (RFC 9535). What it compares within itself are numbers of JavaScript; what it selects keeps its spelling.
 * @throws DuplexError `call.invalid` where it is not valid
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

/** Whether evaluating it may take more than time in proportion to the message: it holds a regular expression. */
export function mayTakeLong(path: string): boolean {
  return /\b(?:match|search)\s*\(/.test(path);
}

function compile(path: string): JsonSelector {
  const query = jsonPathQuery(path);
  const names = singularNames(query);
  if (names)
    return ({ value }) => {
      const found = walk(value, names);
      return found === undefined ? [] : [found];
    };
  return ({ value, plain }) => {
    return nodesOf(query, plain).map((node) => (value === plain ? node.value : walk(value, node.location)));
  };
}

/** Nothing where the message is nested deeper than a path goes down. */
function nodesOf(query: JSONPathQuery, plain: unknown): ReturnType<JSONPathQuery['query']>['nodes'] {
  try {
    return query.query(plain as Parameters<JSONPathQuery['query']>[0]).nodes;
  } catch (error) {
    if (error instanceof JSONPathError) return [];
    throw error;
  }
}

/** Of a path that selects one value at most: names and indexes from the root. A walk is fifty times faster than a query. */
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
