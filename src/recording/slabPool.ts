import { ROW_BYTES } from './layout.ts';

/** Payload bytes of an ordinary slab: large enough that handing one over costs nothing per message. */
export const SLAB_BYTES = 2 * 1024 * 1024;

/** Rows of an index slab: as many as fill a payload slab with messages of 64 bytes. */
export const SLAB_ROWS = 32_768;

const KEPT = 8;

/** Buffers that came back from the record worker, to be filled again by any session. */
export class SlabPool {
  readonly #payloads: ArrayBuffer[] = [];
  readonly #indexes: ArrayBuffer[] = [];

  /** A payload buffer of SLAB_BYTES, or of the length that one larger message needs. */
  payload(bytes: number): ArrayBuffer {
    if (bytes > SLAB_BYTES) return new ArrayBuffer(bytes);
    return this.#payloads.pop() ?? new ArrayBuffer(SLAB_BYTES);
  }

  index(): ArrayBuffer {
    return this.#indexes.pop() ?? new ArrayBuffer(SLAB_ROWS * ROW_BYTES);
  }

  giveBack(payload: ArrayBuffer, index: ArrayBuffer): void {
    if (payload.byteLength === SLAB_BYTES && this.#payloads.length < KEPT) this.#payloads.push(payload);
    if (this.#indexes.length < KEPT) this.#indexes.push(index);
  }
}
