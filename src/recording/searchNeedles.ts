import { foldAscii } from '../core/search/foldAscii.ts';
import { lastAtMost } from '../core/search/hitList.ts';
import type { TextMatcher } from '../core/search/textMatcher.ts';
import type { RecordingReader } from './reader.ts';
import type { SearchBlock } from './searchBlock.ts';

/** Payload bytes that are read and looked through at a time. */
export const CHUNK_BYTES = 4 * 1024 * 1024;

/**
 * Marks rows of a block that hold a needle within their own payload.
 * @param bytes payloads of the rows from number `from` of the block up to, not including, `to`
 */
export function markRows(
  bytes: Buffer,
  needle: Uint8Array,
  { offsets, allowed }: SearchBlock,
  from: number,
  to: number,
  marked: Uint8Array,
): void {
  const start = offsets[from]!;
  let row = from;
  for (let at = bytes.indexOf(needle); at >= 0;) {
    const base = row;
    row = base + lastAtMost(to - base, (i) => offsets[base + i]!, start + at);
    const end = offsets[row + 1]! - start;
    const isInRow = at + needle.length <= end;
    if (isInRow) marked[row] = allowed[row]!;
    // The rest of a row that is decided is passed over.
    at = bytes.indexOf(needle, isInRow || allowed[row] === 0 ? end : at + 1);
  }
}

/** Whether one large payload holds a needle. Yields after each piece of it. */
export function* holdsNeedle(
  reader: RecordingReader,
  offset: number,
  stored: number,
  { needles, fold }: TextMatcher,
): Generator<void, boolean> {
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
