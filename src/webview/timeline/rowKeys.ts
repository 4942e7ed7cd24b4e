/** The action of a key in the timeline. */
export type RowKey =
  /** Select the row at an index of the list, or extend the selection to it. */
  | { readonly select: number; readonly extends: boolean }
  /** Select the last row and follow. */
  | { readonly follow: true }
  /** Move to another cell of the selected row. */
  | { readonly cell: 1 | -1 }
  | { readonly selectAll: true }
  | { readonly copy: true }
  /** Count times from the selected row. */
  | { readonly mark: true }
  | { readonly open: true }
  | { readonly menu: true }
  | { readonly leave: true };

export type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** State of the list when the key is pressed. */
export interface KeyContext {
  /** Index of the selected row. Without one, movement starts at `first`, the first row in view. */
  readonly selected: number | undefined;
  readonly first: number;
  readonly rows: number;
  readonly rowsPerPage: number;
}

/** @returns undefined for other keys */
export function rowKey(
  press: KeyPress,
  { selected, first, rows, rowsPerPage }: KeyContext,
): RowKey | undefined {
  const { key, shiftKey } = press;
  if (press.altKey) return undefined;
  if (press.ctrlKey || press.metaKey) {
    if (shiftKey || (press.ctrlKey && press.metaKey)) return undefined;
    if (key.toLowerCase() === 'a' && rows > 0) return { selectAll: true };
    if (key.toLowerCase() === 'c' && selected !== undefined) return { copy: true };
    return undefined;
  }
  if (key === 'Escape') return { leave: true };
  if (key === 'ContextMenu' || (key === 'F10' && shiftKey))
    return selected === undefined ? undefined : { menu: true };
  if (rows === 0) return undefined;
  const select = (row: number): RowKey => ({
    select: Math.min(Math.max(row, 0), rows - 1),
    extends: shiftKey && selected !== undefined,
  });
  switch (key) {
    case 'ArrowDown':
      return select(selected === undefined ? first : selected + 1);
    case 'ArrowUp':
      return select(selected === undefined ? first : selected - 1);
    case 'ArrowRight':
    case 'ArrowLeft':
      return selected === undefined || shiftKey ? undefined : { cell: key === 'ArrowRight' ? 1 : -1 };
    case 'PageDown':
      return select((selected ?? first) + rowsPerPage);
    case 'PageUp':
      return select((selected ?? first) - rowsPerPage);
    case 'Home':
      return select(0);
    case 'End':
      return shiftKey ? select(rows - 1) : { follow: true };
    case 'Enter':
      return selected === undefined ? undefined : { open: true };
    case 'm':
      return selected === undefined ? undefined : { mark: true };
    default:
      return undefined;
  }
}

/** Milliseconds within which VS Code acts on a key that the page has handled. */
const PATIENCE = 500;

/**
 * Undoes the text selection that VS Code is about to make: it performs Select All in a webview even if the page has
 * handled the key.
 */
export function dropTextSelection(): void {
  const drop = (): void => {
    const selection = document.getSelection();
    // A selection within a field has type None here and stays.
    if (selection?.type === 'Range') selection.removeAllRanges();
  };
  document.addEventListener('selectionchange', drop);
  setTimeout(() => document.removeEventListener('selectionchange', drop), PATIENCE);
}
