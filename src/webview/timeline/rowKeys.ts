/** What a key does in the timeline. */
export type RowKey =
  | { readonly select: number }
  /** Select the last row and follow from there. */
  | { readonly follow: true }
  | { readonly open: true }
  | { readonly leave: true };

/**
 * @param selected the selected row, if any; without one, movement starts at `first`, the first row in view
 * @returns undefined for keys that the list has no use for
 */
export function rowKey(
  key: string,
  selected: number | undefined,
  first: number,
  rows: number,
  rowsPerPage: number,
): RowKey | undefined {
  if (key === 'Escape') return { leave: true };
  if (rows === 0) return undefined;
  const select = (row: number): RowKey => ({ select: Math.min(Math.max(row, 0), rows - 1) });
  switch (key) {
    case 'ArrowDown':
      return select(selected === undefined ? first : selected + 1);
    case 'ArrowUp':
      return select(selected === undefined ? first : selected - 1);
    case 'PageDown':
      return select((selected ?? first) + rowsPerPage);
    case 'PageUp':
      return select((selected ?? first) - rowsPerPage);
    case 'Home':
      return select(0);
    case 'End':
      return { follow: true };
    case 'Enter':
      return selected === undefined ? undefined : { open: true };
    default:
      return undefined;
  }
}
