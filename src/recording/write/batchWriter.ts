import type { Batch } from '../../shared/recordProtocol.ts';
import { FLAG } from '../../shared/timeline.ts';
import type { Direction, Kind } from '../../shared/timeline.ts';
import { FrameList } from '../frameLayout.ts';
import { MAX_STORED, writeRow, ROW_BYTES } from '../layout.ts';

/**
 * Copies messages, once, into a pair of transferable buffers: payload bytes end to end and index rows.
 * Makes no object for a message.
 */
export class BatchWriter {
  #payload = new Uint8Array(0);
  #index = new DataView(new ArrayBuffer(0));
  #payloadBytes = 0;
  #rows = 0;
  #frames: FrameList | undefined;

  /** @param offset where in the recording the next payload byte goes */
  constructor(
    private offset: number,
    private readonly slabs: SlabPool,
  ) {}

  /** Whether there is no room for another ordinary message. */
  get full(): boolean {
    return this.#payloadBytes >= SLAB_BYTES || (this.#frames?.bytes.length ?? 0) >= SLAB_BYTES;
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

  /** Adds frames of rows that were added, to this batch or an earlier one. */
  addFrames(frames: FrameList): void {
    this.#frames ??= new FrameList();
    this.#frames.addAll(frames);
  }

  /** Hands over what was added, to be transferred; the next message begins a new batch. */
  take(): Batch | undefined {
    const frames = this.#frames?.bytes;
    if (this.#rows === 0) {
      if (frames === undefined) return undefined;
      this.#begin(0);
    }
    const batch: Batch = {
      payload: this.#payload.buffer,
      payloadBytes: this.#payloadBytes,
      index: this.#index.buffer,
      rows: this.#rows,
      ...(frames && { frames }),
    };
    this.#rows = 0;
    this.#payloadBytes = 0;
    this.#frames = undefined;
    return batch;
  }

  /** Takes back the buffers of a batch that is on disk. */
  recycle(batch: Batch): void {
    this.slabs.giveBack(batch.payload, batch.index);
  }

  /** After a failure: what was added is dropped, the next payload byte goes to `offset`. */
  reset(offset: number): void {
    this.#rows = 0;
    this.#payloadBytes = 0;
    this.#frames = undefined;
    this.offset = offset;
  }

  #begin(bytes: number): void {
    this.#payload = new Uint8Array(this.slabs.payload(bytes));
    this.#index = new DataView(this.slabs.index());
  }
}

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
