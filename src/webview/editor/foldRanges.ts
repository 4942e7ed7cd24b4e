import type { Text } from '@codemirror/state';

/** The part of a document that folds. */
export interface FoldRange {
  readonly from: number;
  readonly to: number;
}

type FindFold = (doc: Text, from: number) => FoldRange | null;

/**
 * Finds each range once, because the lines of a document never change.
 * @param find returns the range of the line that starts at `from`
 */
export function createFoldCache(find: FindFold): FindFold {
  const known = new WeakMap<Text, Map<number, FoldRange | null>>();
  return (doc, from) => {
    let ranges = known.get(doc);
    if (!ranges) known.set(doc, (ranges = new Map<number, FoldRange | null>()));
    let range = ranges.get(from);
    if (range === undefined) ranges.set(from, (range = find(doc, from)));
    return range;
  };
}
