import { FRAME_BYTES, setComplete, setFrameRow, writeFrame } from './frameLayout.ts';
import type { FrameHeader } from './frameLayout.ts';

/** Frames as they go to frames.bin, in a buffer that grows: a million fragments are no million objects. */
export class FrameList {
  #view: DataView<ArrayBuffer>;
  #count = 0;

  constructor(room = 1) {
    this.#view = new DataView(new ArrayBuffer(room * FRAME_BYTES));
  }

  get count(): number {
    return this.#count;
  }

  /** The records, as a view that is valid until the next one is added. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#view.buffer, 0, this.#count * FRAME_BYTES);
  }

  add(frame: FrameHeader): void {
    this.#reserve(1);
    writeFrame(this.#view, this.#count++, frame);
  }

  addAll(other: FrameList): void {
    this.#reserve(other.#count);
    new Uint8Array(this.#view.buffer).set(other.bytes, this.#count * FRAME_BYTES);
    this.#count += other.#count;
  }

  /** All of the frame that was added last has come. */
  completeLast(): void {
    setComplete(this.#view, this.#count - 1);
  }

  /** Gives all of them to a row. */
  assign(row: number): void {
    for (let record = 0; record < this.#count; record++) setFrameRow(this.#view, record, row);
  }

  clear(): void {
    this.#count = 0;
  }

  #reserve(more: number): void {
    const needed = (this.#count + more) * FRAME_BYTES;
    const old = this.#view.buffer;
    if (needed <= old.byteLength) return;
    const grown = new Uint8Array(Math.max(needed, old.byteLength * 2));
    grown.set(new Uint8Array(old));
    this.#view = new DataView(grown.buffer);
  }
}
