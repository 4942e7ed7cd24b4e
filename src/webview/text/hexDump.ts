import { hexRows } from '../../core/format/hexRows.ts';

/** Bytes, given as hexadecimal digits, in rows of offset, digits and characters. */
export function hexDump(digits: string): string {
  const bytes = Uint8Array.from(digits.match(/[0-9a-f]{2}/gi) ?? [], (pair) => Number.parseInt(pair, 16));
  const rows = hexRows(bytes);
  return Array.from({ length: rows.lines }, (_, row) => rows.line(row)).join('\n');
}
