/** Hits per chunk. Chunks never move, so that growing copies nothing. */
const CHUNK = 8_192;

/** The largest distance from a chunk's first row that fits 32 bits. */
const REACH = 2 ** 32;

interface Chunk {
  /** Row number of the first hit. The other hits are stored as distances from it. */
  readonly base: number;
  readonly distances: Uint32Array;
  length: number;
}

/** Row numbers in ascending order, at four bytes each. */
export class HitList {
  readonly #chunks: Chunk[] = [];
  /** Number of hits before each chunk. */
  readonly #before: number[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Adds a row. Its number must be greater than all that were added before. */
  push(row: number): void {
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || chunk.length === CHUNK || row - chunk.base >= REACH) {
      chunk = { base: row, distances: new Uint32Array(CHUNK), length: 0 };
      this.#chunks.push(chunk);
      this.#before.push(this.#length);
    }
    chunk.distances[chunk.length++] = row - chunk.base;
    this.#length++;
  }

  /** Row numbers of `count` hits from hit `from` on; fewer at the end. */
  slice(from: number, count: number): Float64Array<ArrayBuffer> {
    const rows = new Float64Array(Math.max(0, Math.min(count, this.#length - from)));
    let at = lastAtMost(this.#before.length, (i) => this.#before[i]!, from);
    for (let done = 0; done < rows.length; at++) {
      const { base, distances, length } = this.#chunks[at]!;
      for (let i = from + done - this.#before[at]!; i < length && done < rows.length; i++, done++)
        rows[done] = base + distances[i]!;
    }
    return rows;
  }

  /** Number of hits before the row, which is the index of the first hit at or after it. */
  position(row: number): number {
    const at = lastAtMost(this.#chunks.length, (i) => this.#chunks[i]!.base, row - 1);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return 0;
    const { base, distances, length } = chunk;
    return this.#before[at]! + 1 + lastAtMost(length, (i) => base + distances[i]!, row - 1);
  }
}

/** Index of the last of `length` ascending values that is at most `limit`, or -1. */
export function lastAtMost(length: number, value: (index: number) => number, limit: number): number {
  let low = -1;
  let high = length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (value(middle) <= limit) low = middle;
    else high = middle;
  }
  return low;
}
