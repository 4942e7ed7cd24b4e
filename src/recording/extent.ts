import { fstatSync } from 'node:fs';
import type { Extent } from '../shared/recordProtocol.ts';
import { ROW_BYTES, readRow } from './layout.ts';
import type { Segments } from './segments.ts';
import { readAll } from './segments.ts';

/**
 * How much of a recording is whole: rows whose 32 bytes and whose payload are both there. Payload is written
 * before its rows, so after a crash only the last few rows can lack theirs.
 */
export function wholeExtent(indexFile: number, segments: Segments): Extent {
  const available = segments.size();
  const bytes = new Uint8Array(ROW_BYTES);
  const view = new DataView(bytes.buffer);
  const endOf = (rows: number): number => {
    if (rows === 0) return 0;
    readAll(indexFile, bytes, (rows - 1) * ROW_BYTES);
    const last = readRow(view, 0);
    return last.offset + last.stored;
  };
  // Payloads lie in the order of their rows, so the last whole one is found by halving.
  let whole = 0;
  let torn = Math.floor(fstatSync(indexFile).size / ROW_BYTES) + 1;
  if (torn > 1 && endOf(torn - 1) <= available) whole = torn - 1;
  while (torn - whole > 1) {
    const middle = Math.floor((whole + torn) / 2);
    if (endOf(middle) <= available) whole = middle;
    else torn = middle;
  }
  return { rows: whole, payloadBytes: endOf(whole) };
}
