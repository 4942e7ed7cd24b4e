import { escapeInvisible } from '../../format/visible.ts';
import type { JsonStep } from '../../protocol/json/jsonRanges.ts';
import { literalTemplate } from '../../request/print/literalTemplate.ts';

/** A scalar, or an empty list or object. */
export interface Leaf {
  readonly path: readonly JsonStep[];
  /** The nearest name above it; '' if there is none. */
  readonly key: string;
  readonly value: unknown;
}

/** Deeper values are ignored. */
const MAX_DEPTH = 6;
/** Maximum elements of a list that are examined. */
const MAX_ELEMENTS = 3;

/** The leaves of a JSON value, in order. */
export function* leavesOf(
  value: unknown,
  path: readonly JsonStep[] = [],
  key = '',
  elements = MAX_ELEMENTS,
): Generator<Leaf> {
  const isList = Array.isArray(value);
  const inner: readonly (readonly [JsonStep, unknown])[] =
    typeof value !== 'object' || value === null
      ? []
      : isList
        ? (value as unknown[]).slice(0, elements).map((each, index) => [index, each])
        : Object.entries(value);
  if (inner.length === 0) yield { path, key, value };
  else if (path.length < MAX_DEPTH)
    for (const [step, each] of inner)
      yield* leavesOf(each, [...path, step], typeof step === 'string' ? step : key, elements);
}

/**
 * A path as the subject of a condition: `$.a[0]`, `payload['a b']`.
 * @param root `$` or `payload`
 * @returns undefined for a name that does not fit on a line
 */
export function subjectOf(root: string, path: readonly JsonStep[]): string | undefined {
  let written = root;
  for (const step of path) {
    if (typeof step === 'number') written += `[${step}]`;
    else if (/^[A-Za-z_]\w*$/.test(step)) written += `.${step}`;
    else if (/[\x00-\x1f\x7f-\x9f\u2028\u2029\p{Surrogate}]/u.test(step) || step.length > 80)
      return undefined;
    else written += `['${literalTemplate(step.replace(/[\\']/g, String.raw`\$&`))}']`;
  }
  return written;
}

/** A value as the right side of a condition. */
export function literalOf(value: unknown): string {
  return literalTemplate(escapeInvisible(JSON.stringify(value)));
}
