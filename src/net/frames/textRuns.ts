import { isUtf8 } from 'node:buffer';
import { LENGTH_16, WHOLE_TEXT } from '../../core/frames/frameScanner.ts';

/** The ASCII byte that replaces a byte of a header. */
const ASCII = 0x01;

/** Maximum frames of a run, which limits the memory for their positions. */
const MAX_FRAMES = 4096;

/** Messages `from` to `to` of a connection, counted from 0. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Validates the text of many short messages with one call, because a call for each costs as much as recording it. A run
 * is a part of a chunk that holds complete, unmasked text messages of one frame each. Their headers are replaced by
 * ASCII during the call; an ASCII byte between two messages also prevents one message from completing a character of
 * the other.
 */
export class TextRuns {
  readonly #starts = new Uint32Array(MAX_FRAMES);
  readonly #lengths = new Uint16Array(MAX_FRAMES);
  #valid: Range[] = [];
  /** The first message that no run has covered yet, and the next message that `takeNext` asks about. */
  #next = 0;

  /**
   * Validates the runs of text in a part of a chunk.
   * @param from where complete, unmasked, single-frame messages begin, each shorter than 64 KiB; up to `to`
   * @param message the number of the first message in its connection
   */
  add(chunk: Uint8Array, from: number, to: number, message: number): void {
    let [at, number] = [from, message];
    while (at < to) {
      const start = at;
      let frames = 0;
      while (at < to && frames < MAX_FRAMES && chunk[at] === WHOLE_TEXT) at = this.#hide(chunk, at, frames++);
      if (frames > 0) {
        const isValid = isUtf8(chunk.subarray(start, at));
        this.#restore(chunk, frames);
        if (isValid) this.#valid.push({ from: number, to: number + frames });
        number += frames;
      } else {
        at = endOfFrame(chunk, at);
        number++;
      }
    }
  }

  /** Whether the next message is text of a valid run. Call it once for each message, in order. */
  takeNext(): boolean {
    const message = this.#next++;
    let range = this.#valid[0];
    while (range !== undefined && range.to <= message) {
      this.#valid.shift();
      range = this.#valid[0];
    }
    return range !== undefined && range.from <= message;
  }

  /** Replaces the header of a frame by ASCII. @returns the end of the frame */
  #hide(chunk: Uint8Array, at: number, frame: number): number {
    this.#starts[frame] = at;
    chunk[at] = ASCII;
    const length = chunk[at + 1]!;
    if (length < LENGTH_16) return at + 2 + length;
    const extended = (chunk[at + 2]! << 8) | chunk[at + 3]!;
    this.#lengths[frame] = extended;
    chunk[at + 2] = chunk[at + 3] = ASCII;
    return at + 4 + extended;
  }

  #restore(chunk: Uint8Array, frames: number): void {
    for (let frame = 0; frame < frames; frame++) {
      const at = this.#starts[frame]!;
      chunk[at] = WHOLE_TEXT;
      if (chunk[at + 1]! < LENGTH_16) continue;
      const extended = this.#lengths[frame]!;
      chunk[at + 2] = extended >> 8;
      chunk[at + 3] = extended & 0xff;
    }
  }
}

function endOfFrame(chunk: Uint8Array, at: number): number {
  const length = chunk[at + 1]!;
  return length < LENGTH_16 ? at + 2 + length : at + 4 + ((chunk[at + 2]! << 8) | chunk[at + 3]!);
}
