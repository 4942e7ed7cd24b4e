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
