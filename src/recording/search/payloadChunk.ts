import { lowerAscii } from '../../core/search/compilePlain.ts';
import { lastAtMost } from '../../core/search/hitList.ts';
import type { RecordingReader } from '../read/reader.ts';
import type { IndexBlock } from './indexBlock.ts';

/** Payload bytes that are read and searched at once. */
export const CHUNK_BYTES = 4 * 1024 * 1024;

/** Maximum bytes that Node searches by their first byte, some five times faster than longer needles. */
const PIECE = 7;

/** Bytes of the sample whose byte frequencies decide which piece is searched. */
const SAMPLE = 16 * 1024;

/**
 * Number of false hits of a piece, if they are this close together on average, after which the whole needle is
 * searched.
 */
const MAX_FALSE_HITS = 64;
const BYTES_PER_FALSE_HIT = 4096;

/** A sequence of bytes that is searched many times, in similar data. */
export class Needle {
  #piece: Buffer | undefined;
  /** The offset of the piece in the needle. */
  #offset = 0;

  constructor(readonly bytes: Uint8Array) {}

  get length(): number {
    return this.bytes.length;
  }

  /** The offset of the needle in `data`, as `indexOf` of a Buffer returns it. */
  indexIn(data: Buffer, from = 0): number {
    const { bytes } = this;
    if (bytes.length <= PIECE) return data.indexOf(bytes, from);
    const piece = (this.#piece ??= this.#rarestPiece(data));
    let falseHits = 0;
    for (let at = from; ;) {
      const hit = data.indexOf(piece, at + this.#offset);
      if (hit < 0) return -1;
      const start = hit - this.#offset;
      const end = start + bytes.length;
      if (end > data.length) return -1;
      if (data.compare(bytes, 0, bytes.length, start, end) === 0) return start;
      at = start + 1;
      if (++falseHits > MAX_FALSE_HITS && (at - from) / falseHits < BYTES_PER_FALSE_HIT)
        return data.indexOf(bytes, at);
    }
  }

  /** The piece whose first byte is the rarest, because the search jumps from one such byte to the next. */
  #rarestPiece(data: Buffer): Buffer {
    const counts = new Uint32Array(256);
    for (const byte of data.subarray(0, SAMPLE)) counts[byte]!++;
    const { bytes } = this;
    for (let at = 1; at + PIECE <= bytes.length; at++)
      if (counts[bytes[at]!]! < counts[bytes[this.#offset]!]!) this.#offset = at;
    return Buffer.from(bytes.subarray(this.#offset, this.#offset + PIECE));
  }
}

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
