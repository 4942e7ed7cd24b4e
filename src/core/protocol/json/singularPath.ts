import { MAX_COLUMN_PATH } from '../../../shared/timelineProtocol.ts';
import type { JsonStep } from './jsonRanges.ts';

const SEGMENT =
  /\.([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/y;

/** The steps of a singular query of RFC 9535 without negative indexes: `$.a[0]['b c']`; undefined if it is not one. */
export function singularPath(path: string): readonly JsonStep[] | undefined {
  if (!path.startsWith('$')) return undefined;
  const steps: JsonStep[] = [];
  SEGMENT.lastIndex = 1;
  while (SEGMENT.lastIndex < path.length) {
    const at = SEGMENT.lastIndex;
    const found = SEGMENT.exec(path);
    if (!found) {
      SEGMENT.lastIndex = at;
      return undefined;
    }
    const [, name, index, single, double] = found;
    if (index !== undefined) steps.push(Number(index));
    else steps.push(name ?? unescaped(single ?? double ?? ''));
  }
  return steps;
}

/** Whether a path leads to one value within a message, so that it can be a column of the timeline. */
export function isColumnPath(path: unknown): path is string {
  if (typeof path !== 'string' || path.length > MAX_COLUMN_PATH) return false;
  return (singularPath(path)?.length ?? 0) > 0;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}

/** The value at the end of a path in the result of JSON.parse; undefined if there is none. */
export function valueAt(root: unknown, steps: readonly JsonStep[]): unknown {
  let value = root;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (typeof step === 'number') {
      if (!Array.isArray(value)) return undefined;
      value = (value as unknown[])[step];
    } else {
      if (Array.isArray(value)) return undefined;
      const member = (value as Record<string, unknown>)[step];
      // JSON.parse never creates undefined members, and inherited ones do not count.
      if (member === undefined || !Object.hasOwn(value, step)) return undefined;
      value = member;
    }
  }
  return value;
}
