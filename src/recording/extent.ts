import { fstatSync } from 'node:fs';
import type { Extent } from '../shared/recordProtocol.ts';
import { ROW_BYTES, readRow } from './layout.ts';
import type { Segments } from './segments.ts';
import { readAll } from './regularFile.ts';

/** How much the first `rows` rows of an index take. */
export function extentOf(indexFile: number, rows: number): Extent {
  if (rows === 0) return { rows, payloadBytes: 0 };
  const bytes = new Uint8Array(ROW_BYTES);
  readAll(indexFile, bytes, (rows - 1) * ROW_BYTES);
  const last = readRow(new DataView(bytes.buffer), 0);
  return { rows, payloadBytes: last.offset + last.stored };
}

/**
 * How much of a recording is whole: rows whose 32 bytes and whose payload are both there. Payload is written
 * before its rows, so after a crash only the last few rows can lack theirs.
 */
export function wholeExtent(indexFile: number, segments: Segments): Extent {
  const available = segments.size();
  const endOf = (rows: number): number => extentOf(indexFile, rows).payloadBytes;
  // Payloads lie in the order of their rows, so the last whole one is found by halving.
  let whole = 0;
  let torn = Math.floor(fstatSync(indexFile).size / ROW_BYTES) + 1;
  if (torn > 1 && endOf(torn - 1) <= available) whole = torn - 1;
  while (torn - whole > 1) {
    const middle = Math.floor((whole + torn) / 2);
    if (endOf(middle) <= available) whole = middle;
    else torn = middle;
  }
  return extentOf(indexFile, whole);
}
