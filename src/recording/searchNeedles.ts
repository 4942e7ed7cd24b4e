import { foldAscii } from '../core/search/foldAscii.ts';
import { lastAtMost } from '../core/search/hitList.ts';
import type { RecordingReader } from './reader.ts';
import type { SearchBlock } from './searchBlock.ts';

/** Payload bytes that are read and looked through at a time. */
export const CHUNK_BYTES = 4 * 1024 * 1024;

/**
 * Marks rows of a block that hold a needle within their own payload and are not marked yet.
 * @param bytes payloads of the rows from number `from` of the block up to, not including, `to`
 */
export function markRows(
  bytes: Buffer,
  needle: Uint8Array,
  { offsets, allowed }: SearchBlock,
  from: number,
  to: number,
  marked: Uint8Array,
  mark: number,
): void {
  const start = offsets[from]!;
  let row = from;
  for (let at = bytes.indexOf(needle); at >= 0;) {
    row = rowAt(offsets, row, to, start + at);
    const end = offsets[row + 1]! - start;
    const isInRow = at + needle.length <= end;
    if (isInRow && allowed[row] === 1 && marked[row] === 0) marked[row] = mark;
    // The rest of a row that is decided is passed over.
    at = bytes.indexOf(needle, isInRow || allowed[row] === 0 ? end : at + 1);
  }
}

/** The row that holds a byte; `row` is it or lies before it, most often not far. */
function rowAt(offsets: Float64Array, row: number, to: number, position: number): number {
  let reach = 1;
  while (row + reach < to && offsets[row + reach]! <= position) reach *= 2;
  const length = Math.min(reach, to - row);
  return row + lastAtMost(length, (i) => offsets[row + i]!, position);
}

/** Whether one large payload holds one of the needles. Yields after each piece of it. */
export function* holdsNeedle(
  reader: RecordingReader,
  offset: number,
  stored: number,
  needles: readonly Uint8Array[],
  fold: boolean,
): Generator<void, boolean> {
  if (needles.length === 0) return false;
  // A needle may begin in one piece and end in the next.
  const overlap = Math.max(...needles.map((needle) => needle.length)) - 1;
  const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  for (let at = 0; at < stored; at += CHUNK_BYTES - overlap) {
    const piece = buffer.subarray(0, Math.min(CHUNK_BYTES, stored - at));
    reader.rawPayload(piece, offset + at);
    if (fold) foldAscii(piece, piece);
    if (needles.some((needle) => piece.indexOf(needle) >= 0)) return true;
    yield;
  }
  return false;
}
