import { pulledSeq } from './shownRows.ts';
import type { ShownRows } from './shownRows.ts';

/** Where the selected row is in the list, or the row behind its place if it is not in it. */
export interface RowPlace {
  /** Undefined until the row is here that was selected by its place. */
  readonly seq: number | undefined;
  readonly index: number;
  readonly isExact: boolean;
  /** Whether more rows may still change that. */
  readonly isFinal: boolean;
}

/** Finds the place of row `seq`: at once where the list knows it. */
export function placeOf(shown: ShownRows, seq: number): RowPlace | Promise<RowPlace> {
  const { source } = shown;
  const isFinal = source.covers(seq);
  const position = source.position(seq);
  if (typeof position === 'number') return { seq, index: position, isExact: true, isFinal };
  return position.then(async (index) => {
    const isExact = (await pulledSeq(shown, index)) === seq;
    return { seq, index, isExact, isFinal };
  });
}

/** Where a key starts from. A row that is not in the list stands before the one behind it, and down leads to that. */
export function placeForKey(place: RowPlace | undefined, key: string): number | undefined {
  if (place === undefined || place.isExact) return place?.index;
  return key === 'ArrowDown' || key === 'PageDown' ? place.index - 1 : place.index;
}
