import type { Batch } from '../shared/recordProtocol.ts';
import { FLAG } from '../shared/timeline.ts';
import type { Direction, Kind } from '../shared/timeline.ts';
import { MAX_STORED, ROW_BYTES, writeRow } from './layout.ts';

/** Payload bytes of an ordinary slab. A longer message gets a slab of its own size. */
export const SLAB_BYTES = 1024 * 1024;
const SLAB_ROWS = 16_384;
const KEPT_SLABS = 8;

/**
 * Copies messages, once, into a pair of transferable buffers: payload bytes end to end and index rows.
 * Makes no object for a message.
 */
export class BatchWriter {
  #payload = new Uint8Array(0);
  #index = new DataView(new ArrayBuffer(0));
  #payloadBytes = 0;
  #rows = 0;
  readonly #payloadPool: ArrayBuffer[] = [];
  readonly #indexPool: ArrayBuffer[] = [];

  /** @param offset where in the recording the next payload byte goes */
  constructor(private offset: number) {}

  get rows(): number {
    return this.#rows;
  }

  get payloadBytes(): number {
    return this.#payloadBytes;
  }

  /** Whether the current batch has room for a message of this length; otherwise `take` it first. */
  fits(bytes: number): boolean {
    if (this.#rows === 0) return true;
    return this.#rows < SLAB_ROWS && this.#payloadBytes + bytes <= this.#payload.length;
  }

  /** Adds a row and a copy of its payload. `time` in microseconds since the session began. */
  add(kind: Kind, direction: Direction, flags: number, time: number, payload: Uint8Array): void {
    const size = payload.length;
    const stored = Math.min(size, MAX_STORED);
    if (this.#rows === 0) this.#begin(stored);
    this.#payload.set(stored === size ? payload : payload.subarray(0, stored), this.#payloadBytes);
    const allFlags = stored === size ? flags : flags | FLAG.truncated;
    writeRow(this.#index, this.#rows, this.offset, size, stored, time, kind, direction, allFlags);
    this.#rows++;
    this.#payloadBytes += stored;
    this.offset += stored;
  }

  /** Hands over what was added, to be transferred; the next message begins a new batch. */
  take(): Batch | undefined {
    if (this.#rows === 0) return undefined;
    const batch: Batch = {
      payload: this.#payload.buffer,
      payloadBytes: this.#payloadBytes,
      index: this.#index.buffer,
      rows: this.#rows,
    };
    this.#rows = 0;
    this.#payloadBytes = 0;
    return batch;
  }

  /** Takes back the buffers of a batch that is on disk. */
  recycle(batch: Batch): void {
    if (batch.payload.byteLength === SLAB_BYTES && this.#payloadPool.length < KEPT_SLABS)
      this.#payloadPool.push(batch.payload);
    if (this.#indexPool.length < KEPT_SLABS) this.#indexPool.push(batch.index);
  }

  /** After a failure: what was added is dropped, the next payload byte goes to `offset`. */
  reset(offset: number): void {
    this.#rows = 0;
    this.#payloadBytes = 0;
    this.offset = offset;
  }

  #begin(bytes: number): void {
    const payload =
      bytes > SLAB_BYTES ? new ArrayBuffer(bytes) : (this.#payloadPool.pop() ?? new ArrayBuffer(SLAB_BYTES));
    this.#payload = new Uint8Array(payload);
    this.#index = new DataView(this.#indexPool.pop() ?? new ArrayBuffer(SLAB_ROWS * ROW_BYTES));
  }
}
