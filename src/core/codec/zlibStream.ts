import { MiB } from '../../shared/limits.ts';
import type { CodecProblem } from './codecProblem.ts';
import { compressionOf, type StreamInflate } from './compression.ts';
import { joinBytes } from './joinBytes.ts';

/** Maximum bytes of one flushed part, before and after it is inflated: the limit stops decompression bombs. */
export const MAX_PART_BYTES = 16 * MiB;

/** RFC 1951, section 2: how far back a stream refers. */
const WINDOW_BYTES = 32 * 1024;

/** Maximum bytes of an incomplete part in a checkpoint. */
const MAX_HELD_IN_CHECKPOINT = 4096;

/** RFC 1950, section 2.2: two bytes before the blocks, four after them. */
const HEADER_BYTES = 2;
const CHECK_BYTES = 4;

/** The end of a Z_SYNC_FLUSH: the lengths of an empty block without compression. */
const FLUSH = [0x00, 0x00, 0xff, 0xff];

/** Maximum attempts to inflate one part: its data may contain the bytes of its end. */
const MAX_TRIES = 16;

/** Maximum attempts per part to find the end of the stream. Each attempt inflates the part again. */
const MAX_END_TRIES = 16;

/** Maximum pieces of an incomplete part before they are joined. */
const MAX_PIECES = 1024;

const NO_HEADER: CodecProblem = {
  problem: 'Not a zlib stream: it does not begin with a zlib header.',
  at: 0,
};

const NO_BYTES = new Uint8Array();

/** The state of a stream between two messages. */
export interface ZlibState {
  /** Whether blocks follow; otherwise the next bytes are a header. */
  readonly isOpen: boolean;
  /** Whether the stream is broken: nothing is inflated until a new stream begins. */
  readonly isBroken: boolean;
  /** The last output, deflated. */
  readonly window: Uint8Array;
  readonly held: Uint8Array;
}

/**
 * One zlib stream (RFC 1950) that spans the messages of one direction. Each part ends with a flush
 * (Z_SYNC_FLUSH or Z_FULL_FLUSH) or with the end of the stream (Z_FINISH). A part may be split over several
 * messages.
 */
export class ZlibStream {
  #isOpen = false;
  #isBroken = false;
  #window: Uint8Array = NO_BYTES;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #tries = 0;
  #endTries = 0;

  /** @param unpack inflates the output of `deflate` */
  constructor(
    private readonly inflate: StreamInflate,
    saved?: ZlibState,
    unpack?: (bytes: Uint8Array) => Uint8Array,
  ) {
    if (!saved) return;
    this.#isOpen = saved.isOpen;
    this.#isBroken = saved.isBroken;
    this.#window = saved.window.length > 0 && unpack ? unpack(saved.window) : NO_BYTES;
    if (saved.held.length > 0) this.#hold(saved.held);
  }

  /** Undefined while a long part is incomplete. */
  state(): ZlibState | undefined {
    if (this.#heldBytes > MAX_HELD_IN_CHECKPOINT) return undefined;
    return {
      isOpen: this.#isOpen,
      isBroken: this.#isBroken,
      window: this.#window.length > 0 ? this.inflate.deflate(this.#window) : NO_BYTES,
      held: joinBytes(this.#held),
    };
  }

  /**
   * Never throws. After a problem, nothing is inflated until a message begins with the header of a new stream.
   * @returns the output of the part that this message completes; undefined if it completes none
   */
  push(data: Uint8Array): Uint8Array | CodecProblem | undefined {
    if (this.#isBroken) {
      if (compressionOf(data) !== 'zlib')
        return { problem: 'The zlib stream broke in an earlier message.', at: 0 };
      this.#isBroken = false;
    }
    const length = this.#heldBytes + data.length;
    if (length > MAX_PART_BYTES) {
      const problem = `A part of a zlib stream of ${length} bytes is not inflated: the limit is ${MAX_PART_BYTES}.`;
      return this.#break({ problem, at: 0, isLimit: true });
    }
    const isFlushed = FLUSH.every((byte, at) => this.#byteAtEnd(data, FLUSH.length - at) === byte);
    if (!isFlushed && (data.length === 0 || ++this.#endTries > MAX_END_TRIES)) {
      this.#hold(data);
      return undefined;
    }
    return this.#complete(data, isFlushed);
  }

  /** @param isFlushed whether the message ends with the mark of a flush; otherwise it may only end the stream */
  #complete(data: Uint8Array, isFlushed: boolean): Uint8Array | CodecProblem | undefined {
    const carried = this.#heldBytes;
    const bytes = carried === 0 ? data : joinBytes([...this.#held, data]);
    if (!this.#isOpen && bytes.length >= HEADER_BYTES && compressionOf(bytes) !== 'zlib')
      return this.#break(NO_HEADER);
    const start = this.#isOpen ? 0 : HEADER_BYTES;
    const part = bytes.subarray(start);
    const read = isFlushed
      ? this.inflate.part(part, this.#window, MAX_PART_BYTES)
      : this.inflate.end(part, this.#window, MAX_PART_BYTES);
    const isCheckCut = read && 'isEnd' in read && read.isEnd && part.length - read.consumed < CHECK_BYTES;
    if (!read || isCheckCut) {
      if (isFlushed && ++this.#tries >= MAX_TRIES) {
        const problem = `A part of a zlib stream that has looked complete ${MAX_TRIES} times is not inflated.`;
        return this.#break({ problem, at: 0, isLimit: true });
      }
      this.#hold(data);
      return undefined;
    }
    if ('problem' in read)
      return this.#break({ ...read, at: Math.max(0, Math.min(read.at + start - carried, data.length)) });
    const rest = part.length - read.consumed;
    if (read.isEnd && rest > CHECK_BYTES) {
      const at = Math.max(0, data.length - rest + CHECK_BYTES);
      return this.#break({ problem: `The zlib stream ends before its message: at byte ${at}.`, at });
    }
    this.#forget();
    this.#isOpen = !read.isEnd;
    this.#window = read.isEnd ? NO_BYTES : this.#follow(read.bytes);
    // A stream may end after its last flush, without output.
    return read.isEnd && read.bytes.length === 0 ? undefined : read.bytes;
  }

  #byteAtEnd(data: Uint8Array, distance: number): number | undefined {
    if (distance <= data.length) return data[data.length - distance];
    // The mark of the flush may be split over two messages.
    let left = distance - data.length;
    for (let index = this.#held.length - 1; index >= 0; index--) {
      const piece = this.#held[index]!;
      if (left <= piece.length) return piece[piece.length - left];
      left -= piece.length;
    }
    return undefined;
  }

  #follow(output: Uint8Array): Uint8Array {
    if (output.length >= WINDOW_BYTES) return output.slice(-WINDOW_BYTES);
    const before = this.#window.subarray(Math.max(0, this.#window.length + output.length - WINDOW_BYTES));
    return joinBytes([before, output]);
  }

  /** Copies it: the message is not valid after the call. */
  #hold(data: Uint8Array): void {
    if (data.length === 0) return;
    this.#held.push(new Uint8Array(data));
    this.#heldBytes += data.length;
    // Joins the pieces, because a long part in short messages would be a list of millions.
    if (this.#held.length >= MAX_PIECES) this.#held = [joinBytes(this.#held)];
  }

  #forget(): void {
    this.#held = [];
    this.#heldBytes = 0;
    this.#tries = 0;
    this.#endTries = 0;
  }

  #break(problem: CodecProblem): CodecProblem {
    this.#forget();
    this.#isOpen = false;
    this.#isBroken = true;
    this.#window = NO_BYTES;
    return problem;
  }
}
