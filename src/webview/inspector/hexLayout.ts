/** The layout of bytes in rows. Lengths and positions are in characters of the editor's font. */
export interface HexLayout {
  /** Bytes per row: a divisor of HEX_ROW_BYTES, the length of the rows that the host formats. */
  readonly perRow: 16 | 8 | 4;
  readonly offsetDigits: number;
}

/** The column of a byte: its digits, or its character. */
export type HexSide = 'digits' | 'characters';

/** Characters between the columns. */
const GAP = 2;
const LEAST_DIGITS = 4;
const MOST_DIGITS = 8;

/**
 * Fits as many bytes as possible into a row, with their characters. If not even four fit, the offset loses its
 * leading zeros.
 * @param room in characters
 */
export function hexLayout(room: number, bytes: number): HexLayout {
  for (const perRow of [16, 8, 4] as const) {
    const layout = { perRow, offsetDigits: MOST_DIGITS };
    if (rowLength(layout) <= room) return layout;
  }
  const needed = Math.max(0, bytes - 1).toString(16).length;
  return { perRow: 4, offsetDigits: Math.max(LEAST_DIGITS, needed) };
}

/** Position of a byte's digits within the column of digits. */
export function digitsAt(column: number, { perRow }: HexLayout): number {
  return column * 3 + (perRow > 4 && column >= perRow / 2 ? 1 : 0);
}

/** Width of the column of digits, in characters. */
export function digitsLength(layout: HexLayout): number {
  return digitsAt(layout.perRow - 1, layout) + 2;
}

function rowLength(layout: HexLayout): number {
  return charactersStart(layout) + layout.perRow;
}

function digitsStart({ offsetDigits }: HexLayout): number {
  return offsetDigits + GAP;
}

function charactersStart(layout: HexLayout): number {
  return digitsStart(layout) + digitsLength(layout) + GAP;
}

/**
 * The byte nearest to a position in a row, which may be left or right of the columns.
 * @param at in characters from the start of the row
 */
export function hexCellAt(
  at: number,
  layout: HexLayout,
): { readonly side: HexSide; readonly column: number } {
  const last = layout.perRow - 1;
  const inCharacters = at - charactersStart(layout);
  if (inCharacters >= -GAP / 2)
    return { side: 'characters', column: Math.min(Math.max(0, Math.floor(inCharacters)), last) };
  const inDigits = at - digitsStart(layout);
  let column = 0;
  // Half of the blank between two bytes belongs to each.
  while (column < last && digitsAt(column + 1, layout) - 0.5 <= inDigits) column++;
  return { side: 'digits', column };
}

/**
 * The selected part of a row, `end` excluded; undefined if there is none. Bytes count from the start of the message.
 */
export function selectedInRow(
  rowStart: number,
  bytes: number,
  selection: { readonly from: number; readonly end: number } | undefined,
): { readonly from: number; readonly end: number } | undefined {
  if (selection === undefined) return undefined;
  const from = Math.max(0, selection.from - rowStart);
  const end = Math.min(bytes, selection.end - rowStart);
  return from < end ? { from, end } : undefined;
}

/** The byte that a key moves the cursor to; undefined for keys that do not move. */
export function movedByte(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>,
  at: number,
  bytes: number,
  { perRow, rowsPerPage }: { readonly perRow: number; readonly rowsPerPage: number },
): number | undefined {
  const whole = event.ctrlKey || event.metaKey;
  const rowStart = at - (at % perRow);
  const target = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at < perRow ? at : at - perRow,
    ArrowDown: at + perRow < bytes ? at + perRow : at,
    PageUp: Math.max(at % perRow, at - rowsPerPage * perRow),
    PageDown: at + rowsPerPage * perRow,
    Home: whole ? 0 : rowStart,
    End: whole ? bytes - 1 : rowStart + perRow - 1,
  }[event.key];
  return target === undefined ? undefined : Math.min(Math.max(0, target), bytes - 1);
}
