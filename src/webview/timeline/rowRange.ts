/** The selected rows, by the numbers of the first and the last one that were chosen; whatever lies between is selected too. */
export interface RowRange {
  /** Where the selection began. */
  readonly anchor: number;
  /** Where it ends: the row that keys move from, and that the inspector shows. */
  readonly focus: number;
}

/** @param anchor undefined where one row is selected */
export function rowRange(focus: number | undefined, anchor: number | undefined): RowRange | undefined {
  return focus === undefined ? undefined : { anchor: anchor ?? focus, focus };
}

/** The same as the first row and the one behind the last. */
export function bounds({ anchor, focus }: RowRange): { readonly from: number; readonly end: number } {
  return { from: Math.min(anchor, focus), end: Math.max(anchor, focus) + 1 };
}

export function isWithin(range: RowRange | undefined, seq: number): boolean {
  if (range === undefined) return false;
  const { from, end } = bounds(range);
  return seq >= from && seq < end;
}
