import type { Batch, LargePayload } from '../../shared/recordProtocol.ts';
import { FLAG } from '../../shared/timeline.ts';
import type { Direction, Kind } from '../../shared/timeline.ts';
import { FrameList } from '../frameLayout.ts';
import { MAX_STORED, ROW_BYTES, writeRow } from '../layout.ts';

/** Payload bytes of a slab: large enough that handing one over costs nothing per message. It starts small and doubles. */
export const SLAB_BYTES = 2 * 1024 * 1024;
export const FIRST_SLAB_BYTES = 16 * 1024;

/** Payload bytes for each row that there is room for, so that both slabs are full together with messages of this size. */
const BYTES_PER_ROW = 64;
export const SLAB_ROWS = SLAB_BYTES / BYTES_PER_ROW;

/** Payload bytes of a batch: those of large messages come beside the slab. */
const BATCH_BYTES = 4 * 1024 * 1024;

/** From this size on a message is moved to the worker in the buffer that it came in, instead of copied into the slab. */
export const LARGE_BYTES = 64 * 1024;

/**
 * Collects messages for the record worker: payload bytes end to end and index rows in a pair of transferable slabs, large
 * payloads in their own buffers. Makes no object for an ordinary message. Slabs grow and shrink with what a session brings: a
 * thousand sessions with a message now and then need no gigabytes.
 */
export class BatchWriter {
  #payload = new Uint8Array(0);
  #index = new DataView(new ArrayBuffer(0));
  /** In the slab. */
  #payloadBytes = 0;
  #large: LargePayload[] = [];
  #largeBytes = 0;
  #rows = 0;
  #frames: FrameList | undefined;
  /** Bytes of the next slab. */
  #size = FIRST_SLAB_BYTES;

  /** @param offset where in the recording the next payload byte goes */
  constructor(
    private offset: number,
    private readonly slabs: SlabPool,
  ) {}

  /** Whether there is no room for another ordinary message. */
  get full(): boolean {
    const bytes = this.#payloadBytes + this.#largeBytes;
    return (
      this.#payloadBytes >= SLAB_BYTES ||
      bytes >= BATCH_BYTES ||
      (this.#frames?.bytes.length ?? 0) >= SLAB_BYTES
    );
  }

  /** Whether the current batch has room for a message of this length; otherwise `take` it first. */
  fits(bytes: number): boolean {
    if (this.#rows === 0) return true;
    return this.#hasRowLeft && this.#payloadBytes + bytes <= this.#payload.length;
  }

  /** Adds a row and a copy of its payload. `time` in microseconds since the session began. */
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
   * Adds a row whose payload is moved: nobody else may use its buffer from `take` on.
   * @returns false where it has to be copied: it is small, or a part of a larger buffer
   */
  move(
    kind: Kind,
    direction: Direction,
    flags: number,
    time: number,
    payload: Uint8Array<ArrayBuffer>,
  ): boolean {
    const { length, buffer } = payload;
    if (length < LARGE_BYTES || length !== buffer.byteLength || length > MAX_STORED) return false;
    if (this.#rows === 0) this.#begin(0);
    else if (!this.#hasRowLeft) return false;
    this.#addRow(kind, direction, flags, time, length, length);
    this.#large.push({ at: this.#payloadBytes, buffer });
    this.#largeBytes += length;
    return true;
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
      weight: this.#payload.length + this.#largeBytes,
      ...(this.#large.length > 0 && { large: this.#large }),
      ...(frames && { frames }),
    };
    this.#adapt();
    this.#clear();
    return batch;
  }

  /** Takes back the slabs of a batch that is on disk. */
  recycle(batch: Batch): void {
    this.slabs.giveBack(batch.payload, batch.index);
  }

  /** After a failure: what was added is dropped, the next payload byte goes to `offset`. */
  reset(offset: number): void {
    this.#clear();
    this.offset = offset;
  }

  get #hasRowLeft(): boolean {
    return (this.#rows + 1) * ROW_BYTES <= this.#index.byteLength;
  }

  #addRow(kind: Kind, direction: Direction, flags: number, time: number, size: number, stored: number): void {
    writeRow(this.#index, this.#rows, this.offset, size, stored, time, kind, direction, flags);
    this.#rows++;
    this.offset += stored;
  }

  #begin(bytes: number): void {
    while (this.#size < Math.min(bytes, SLAB_BYTES)) this.#size *= 2;
    this.#payload = new Uint8Array(this.slabs.take(Math.max(bytes, this.#size)));
    this.#index = new DataView(this.slabs.take((this.#size / BYTES_PER_ROW) * ROW_BYTES));
  }

  #adapt(): void {
    const used = Math.max(
      this.#payloadBytes / this.#payload.length,
      (this.#rows * ROW_BYTES) / this.#index.byteLength,
    );
    if (used > 1 / 2 && this.#size < SLAB_BYTES) this.#size *= 2;
    else if (used < 1 / 16 && this.#size > FIRST_SLAB_BYTES) this.#size /= 2;
  }

  #clear(): void {
    this.#rows = 0;
    this.#payloadBytes = 0;
    this.#large = [];
    this.#largeBytes = 0;
    this.#frames = undefined;
  }
}

/** Bytes of slabs that wait to be used again, of all sizes together. */
const KEPT_BYTES = 24 * 1024 * 1024;

/** Slabs that came back from the record worker, to be filled again by any session. */
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
      // One of an odd size was made for one message.
      if (byteLength > SLAB_BYTES || this.#bytes + byteLength > KEPT_BYTES) continue;
      const free = this.#free.get(byteLength);
      if (free === undefined) this.#free.set(byteLength, [slab]);
      else free.push(slab);
      this.#bytes += byteLength;
    }
  }
}

/** The buffers of a batch, to transfer. */
export function buffersOf({ payload, index, frames, large = [] }: Batch): ArrayBuffer[] {
  const buffers = [payload, index, ...large.map(({ buffer }) => buffer)];
  if (frames !== undefined) buffers.push(frames.buffer);
  return buffers;
}
