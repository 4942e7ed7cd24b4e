import { BIT, isFinal, opcodeOf } from '../core/frames/frameHeader.ts';
import type { FrameRow } from '../shared/frames.ts';
import { getUint64, setUint64 } from './layout.ts';

// The layout of frames.bin and client-frames.bin (docs/recording-format.md). A change here needs a new version there.

/** Bytes of one frame's record. Records are in row order. */
export const FRAME_BYTES = 32;

const AT = { row: 0, time: 8, length: 16, first: 24, bits: 25, headerLength: 26, mask: 28 } as const;
const MARK = { sent: 1, masked: 2, incomplete: 4 } as const;

/** A frame before its row is known, and before it is complete. */
export interface FrameHeader {
  /** Microseconds since the session began. */
  readonly time: number;
  readonly direction: 'in' | 'out';
  /** The first byte of its header. */
  readonly first: number;
  readonly headerLength: number;
  readonly length: number;
  readonly mask: number | undefined;
}

/** Writes record number `record`, marked as incomplete and without a row. */
function writeFrame(view: DataView, record: number, frame: FrameHeader): void {
  const at = record * FRAME_BYTES;
  setUint64(view, at + AT.row, 0);
  setUint64(view, at + AT.time, frame.time);
  setUint64(view, at + AT.length, frame.length);
  view.setUint8(at + AT.first, frame.first);
  const sent = frame.direction === 'out' ? MARK.sent : 0;
  view.setUint8(at + AT.bits, MARK.incomplete | sent | (frame.mask === undefined ? 0 : MARK.masked));
  view.setUint16(at + AT.headerLength, frame.headerLength, true);
  // The mask is in wire order, as RFC 6455 writes it.
  view.setUint32(at + AT.mask, frame.mask ?? 0, false);
}

function setComplete(view: DataView, record: number): void {
  const at = record * FRAME_BYTES + AT.bits;
  view.setUint8(at, view.getUint8(at) & ~MARK.incomplete);
}

function setFrameRow(view: DataView, record: number, row: number): void {
  setUint64(view, record * FRAME_BYTES + AT.row, row);
}

export function frameRowOf(view: DataView, record: number): number {
  return getUint64(view, record * FRAME_BYTES + AT.row);
}

export function readFrame(view: DataView, record: number): FrameRow {
  const at = record * FRAME_BYTES;
  const first = view.getUint8(at + AT.first);
  const bits = view.getUint8(at + AT.bits);
  return {
    row: getUint64(view, at + AT.row),
    time: getUint64(view, at + AT.time),
    direction: bits & MARK.sent ? 'out' : 'in',
    fin: isFinal(first),
    rsv1: (first & BIT.rsv1) !== 0,
    rsv2: (first & BIT.rsv2) !== 0,
    rsv3: (first & BIT.rsv3) !== 0,
    opcode: opcodeOf(first),
    mask: bits & MARK.masked ? view.getUint32(at + AT.mask, false) : undefined,
    headerLength: view.getUint16(at + AT.headerLength, true),
    length: getUint64(view, at + AT.length),
    complete: (bits & MARK.incomplete) === 0,
  };
}

/**
 * Frames in the form of frames.bin, in a growing buffer, because a million fragments must not become a million objects.
 */
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

  /** Marks the last added frame as complete. */
  completeLast(): void {
    setComplete(this.#view, this.#count - 1);
  }

  /** Assigns all frames to a row. */
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
