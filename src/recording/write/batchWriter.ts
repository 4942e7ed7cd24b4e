import type { Batch, LargePayload } from '../../shared/recordProtocol.ts';
import { FLAG } from '../../shared/timeline.ts';
import type { Direction, Kind } from '../../shared/timeline.ts';
import { FrameList } from '../frameLayout.ts';
import { MAX_STORED, ROW_BYTES, writeRow } from '../layout.ts';

/**
 * Maximum payload bytes of a slab, large enough that the cost of a transfer per message is negligible. Slabs start
 * small and double.
 */
export const SLAB_BYTES = 2 * 1024 * 1024;
export const FIRST_SLAB_BYTES = 16 * 1024;

/** Payload bytes per row of capacity. With messages of this size both slabs fill up together. */
const BYTES_PER_ROW = 64;
export const SLAB_ROWS = SLAB_BYTES / BYTES_PER_ROW;

/** Maximum payload bytes of a batch, including large messages outside the slab. */
const BATCH_BYTES = 4 * 1024 * 1024;

/** Messages of this size or more are moved to the worker in their own buffer, instead of being copied into the slab. */
export const LARGE_BYTES = 64 * 1024;

/**
 * Collects messages for the record worker in a pair of transferable slabs, one for payload bytes and one for index
 * rows. Large payloads keep their own buffers. An ordinary message creates no object. Slabs grow and shrink with the
 * traffic, so that a thousand mostly idle sessions do not need gigabytes.
 */
export class BatchWriter {
  #payload = new Uint8Array(0);
  #index = new DataView(new ArrayBuffer(0));
  /** Rows that the index slab holds. */
  #rowCapacity = 0;
  /** Payload bytes in the slab. */
  #payloadBytes = 0;
  #large: LargePayload[] = [];
  #largeBytes = 0;
  #rows = 0;
  #frames: FrameList | undefined;
  #clientFrames: FrameList | undefined;
  /** Bytes of the next slab. */
  #size = FIRST_SLAB_BYTES;

  /** @param offset offset of the next payload byte in the recording */
  constructor(
    private offset: number,
    private readonly slabs: SlabPool,
  ) {}

  /** Whether the batch has no room for another ordinary message. */
  get full(): boolean {
    const bytes = this.#payloadBytes + this.#largeBytes;
    return (
      this.#payloadBytes >= SLAB_BYTES ||
      bytes >= BATCH_BYTES ||
      (this.#frames?.bytes.length ?? 0) >= SLAB_BYTES ||
      (this.#clientFrames?.bytes.length ?? 0) >= SLAB_BYTES
    );
  }

  /** Whether the current batch has room for a message of this length. If not, call `take` first. */
  fits(bytes: number): boolean {
    if (this.#rows === 0) return true;
    return this.#rows < this.#rowCapacity && this.#payloadBytes + bytes <= this.#payload.length;
  }

  /** Adds a row and a copy of its payload. @param time microseconds since the session began */
  add(kind: Kind, direction: Direction, flags: number, time: number, payload: Uint8Array): void {
    const size = payload.length;
    const stored = Math.min(size, MAX_STORED);
    if (this.#rows === 0) this.#begin(stored);
    this.#payload.set(stored === size ? payload : payload.subarray(0, stored), this.#payloadBytes);
    const allFlags = stored === size ? flags : flags | FLAG.truncated;
    this.#addRow(kind, direction, allFlags, time, size, stored);
    this.#payloadBytes += stored;
  }

  /**
   * Adds a row whose payload is moved: its buffer must not be used from `take` on.
   * @returns false if the payload must be copied, because it is small or a part of a larger buffer
   */
  move(
    kind: Kind,
    direction: Direction,
    flags: number,
    time: number,
    payload: Uint8Array<ArrayBuffer>,
  ): boolean {
    const { length } = payload;
    // This check comes first, because `buffer` costs a call of the runtime, and most messages are small.
    if (length < LARGE_BYTES || length > MAX_STORED) return false;
    const { buffer } = payload;
    if (length !== buffer.byteLength) return false;
    if (this.#rows === 0) this.#begin(0);
    else if (this.#rows >= this.#rowCapacity) return false;
    this.#addRow(kind, direction, flags, time, length, length);
    this.#large.push({ at: this.#payloadBytes, buffer });
    this.#largeBytes += length;
    return true;
  }

  /**
   * Adds frames of rows of this batch or an earlier one.
   * @param side `client` for frames between a proxy and its client
   */
  addFrames(frames: FrameList, side?: 'client'): void {
    const list = side ? (this.#clientFrames ??= new FrameList()) : (this.#frames ??= new FrameList());
    list.addAll(frames);
  }

  /** Returns the batch for transfer; the next message begins a new one. */
  take(): Batch | undefined {
    const frames = this.#frames?.bytes;
    const clientFrames = this.#clientFrames?.bytes;
    if (this.#rows === 0) {
      if (frames === undefined && clientFrames === undefined) return undefined;
      this.#begin(0);
    }
    const batch: Batch = {
      payload: this.#payload.buffer,
      payloadBytes: this.#payloadBytes,
      index: this.#index.buffer,
      rows: this.#rows,
      weight: this.#payload.length + this.#largeBytes,
      ...(this.#large.length > 0 && { large: this.#large }),
      ...(frames && { frames }),
      ...(clientFrames && { clientFrames }),
    };
    this.#adapt();
    this.#clear();
    return batch;
  }

  /** Takes back the slabs of a batch that is on disk. */
  recycle(batch: Batch): void {
    this.slabs.giveBack(batch.payload, batch.index);
  }

  /** Drops the current batch after a failure. The next payload byte goes to `offset`. */
  reset(offset: number): void {
    this.#clear();
    this.offset = offset;
  }

  #addRow(kind: Kind, direction: Direction, flags: number, time: number, size: number, stored: number): void {
    writeRow(this.#index, this.#rows, this.offset, size, stored, time, kind, direction, flags);
    this.#rows++;
    this.offset += stored;
  }

  #begin(bytes: number): void {
    while (this.#size < Math.min(bytes, SLAB_BYTES)) this.#size *= 2;
    this.#payload = new Uint8Array(this.slabs.take(Math.max(bytes, this.#size)));
    this.#rowCapacity = this.#size / BYTES_PER_ROW;
    this.#index = new DataView(this.slabs.take(this.#rowCapacity * ROW_BYTES));
  }

  #adapt(): void {
    const used = Math.max(this.#payloadBytes / this.#payload.length, this.#rows / this.#rowCapacity);
    if (used > 1 / 2 && this.#size < SLAB_BYTES) this.#size *= 2;
    else if (used < 1 / 16 && this.#size > FIRST_SLAB_BYTES) this.#size /= 2;
  }

  #clear(): void {
    this.#rows = 0;
    this.#payloadBytes = 0;
    this.#large = [];
    this.#largeBytes = 0;
    this.#frames = undefined;
    this.#clientFrames = undefined;
  }
}

/** Maximum bytes of all unused slabs together. */
const KEPT_BYTES = 24 * 1024 * 1024;

/** Slabs that the record worker returned, shared by all sessions. */
export class SlabPool {
  readonly #free = new Map<number, ArrayBuffer[]>();
  #bytes = 0;

  take(bytes: number): ArrayBuffer {
    const slab = this.#free.get(bytes)?.pop();
    if (slab === undefined) return new ArrayBuffer(bytes);
    this.#bytes -= bytes;
    return slab;
  }

  giveBack(...slabs: readonly ArrayBuffer[]): void {
    for (const slab of slabs) {
      const { byteLength } = slab;
      // A slab of unusual size was allocated for one message and is not kept.
      if (byteLength > SLAB_BYTES || this.#bytes + byteLength > KEPT_BYTES) continue;
      const free = this.#free.get(byteLength);
      if (free === undefined) this.#free.set(byteLength, [slab]);
      else free.push(slab);
      this.#bytes += byteLength;
    }
  }
}

/** The buffers of a batch, to transfer them. */
export function buffersOf({ payload, index, frames, clientFrames, large = [] }: Batch): ArrayBuffer[] {
  const buffers = [payload, index, ...large.map(({ buffer }) => buffer)];
  if (frames !== undefined) buffers.push(frames.buffer);
  if (clientFrames !== undefined) buffers.push(clientFrames.buffer);
  return buffers;
}
