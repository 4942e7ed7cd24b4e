import { lowerAscii } from '../../core/search/compilePlain.ts';
import { lastAtMost } from '../../core/search/hitList.ts';
import type { RecordingReader } from '../read/reader.ts';
import type { IndexBlock } from './indexBlock.ts';
import type { Needle } from './needle.ts';

/** Payload bytes that are read and searched at once. */
export const CHUNK_BYTES = 4 * 1024 * 1024;

/**
 * Marks the rows of a block whose payload contains a needle. Rows that are already marked stay as they are.
 * @param bytes payloads of the rows from number `from` of the block up to, but not including, `to`
 */
export function markRows(
  bytes: Buffer,
  needle: Needle,
  { offsets, allowed }: IndexBlock,
  from: number,
  to: number,
  marked: Uint8Array,
  mark: number,
): void {
  const start = offsets[from]!;
  let row = from;
  for (let at = needle.indexIn(bytes); at >= 0;) {
    row = rowAt(offsets, row, to, start + at);
    const end = offsets[row + 1]! - start;
    const isInRow = at + needle.length <= end;
    if (isInRow && allowed[row] === 1 && marked[row] === 0) marked[row] = mark;
    // Skips the rest of a row that is already marked or excluded.
    at = needle.indexIn(bytes, isInRow || allowed[row] === 0 ? end : at + 1);
  }
}

/** The row that contains a byte. It is searched from `row` on, which is usually close. */
function rowAt(offsets: Float64Array, row: number, to: number, position: number): number {
  let reach = 1;
  while (row + reach < to && offsets[row + reach]! <= position) reach *= 2;
  const length = Math.min(reach, to - row);
  return row + lastAtMost(length, (i) => offsets[row + i]!, position);
}

/** Whether one large payload contains one of the needles. Yields after each piece. */
export function* holdsNeedle(
  reader: RecordingReader,
  offset: number,
  stored: number,
  needles: readonly Needle[],
  ignoresCase: boolean,
): Generator<void, boolean> {
  if (needles.length === 0) return false;
  // A needle may span two pieces.
  const overlap = Math.max(...needles.map((needle) => needle.length)) - 1;
  const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  for (let at = 0; at < stored; at += CHUNK_BYTES - overlap) {
    const piece = buffer.subarray(0, Math.min(CHUNK_BYTES, stored - at));
    reader.rawPayload(piece, offset + at);
    if (ignoresCase) lowerAscii(piece, piece);
    if (needles.some((needle) => needle.indexIn(piece) >= 0)) return true;
    yield;
  }
  return false;
}
