import type { RowSource } from './rowSource.ts';
import { seqAt } from './shownRows.ts';
import type { ShownRows } from './shownRows.ts';

export interface ListView {
  readonly shown: ShownRows;
  /** Places of the rows in view, `end` not included. */
  readonly first: number;
  readonly end: number;
  /** In pixels, as is the height of a row. */
  readonly offset: number;
  readonly rowHeight: number;
  readonly rowsPerPage: number;
}

/**
 * The offset at which another list has the same row where the eye is: the selected one, or the first in view.
 * @param isLeftOut the selected row is not in the list so far: the other one shows it in its middle
 */
export async function sameOffset(
  view: ListView,
  other: RowSource,
  selected: number | undefined,
  isLeftOut: boolean,
): Promise<number> {
  const { shown, first, end, offset, rowHeight, rowsPerPage } = view;
  let index = first;
  for (let at = first; at < end; at++) if (seqAt(shown, at) === selected) index = at;
  const isNew = first === end || (selected !== undefined && isLeftOut);
  const seq = isNew ? selected : seqAt(shown, index);
  if (seq === undefined) return 0;
  const top = isNew ? Math.floor(rowsPerPage / 2) * rowHeight : index * rowHeight - offset;
  return Math.max(0, (await other.position(seq)) * rowHeight - top);
}
