import { isUtf8 } from 'node:buffer';
import type { Duplex } from 'node:stream';
import { BIT, isControl, isFinal, opcodeOf } from '../../core/frames/frameHeader.ts';
import { FrameScanner, LENGTH_16, WHOLE_TEXT } from '../../core/frames/frameScanner.ts';
import type {
  FaultyFrame,
  FrameSink,
  OversizeMessage,
  PartialFrame,
  PartialMessage,
} from '../../core/frames/frameScanner.ts';
import { FLAG } from '../../shared/timeline.ts';

/** Receives every frame of a connection in both directions, as FrameSink. */
export interface FrameObserver {
  onHeader(
    direction: 'in' | 'out',
    first: number,
    headerLength: number,
    length: number,
    mask: number | undefined,
  ): void;
  onEnd(direction: 'in' | 'out'): void;
}

export interface FrameTapOptions {
  /** Maximum payload bytes of one message; 0: no limit. */
  readonly maxPayload: number;
  /** The sender of the received frames. */
  readonly sender: 'client' | 'server';
  /** Whether permessage-deflate was negotiated. */
  readonly inflates: boolean;
  readonly observer: FrameObserver | undefined;
}

/** Number of consumed entries at which the queue is compacted. */
const COMPACT_AT = 1024;

/**
 * Reads the bytes of an upgraded socket before the transport does. Create it while the socket is paused, before the
 * transport attaches its listeners: both then receive every chunk, the tap first.
 */
export class FrameTap {
  readonly #scanner: FrameScanner;
  /** FLAG bits of the complete messages that the transport has not reported yet. */
  #flags: number[] = [];
  #taken = 0;
  readonly #runs = new TextRuns();
  readonly #stop: () => void;
  #heardAt = performance.now();

  constructor(socket: Duplex, { maxPayload, sender, inflates, observer }: FrameTapOptions) {
    const received = inflates || observer ? this.#received(inflates, observer) : undefined;
    const rules = { sender, compression: inflates };
    const scanner = (this.#scanner = new FrameScanner(maxPayload, received, rules, (...whole) =>
      this.#runs.add(...whole),
    ));
    const onData = (chunk: Uint8Array): void => {
      this.#heardAt = performance.now();
      scanner.push(chunk);
    };
    // A paused socket that is destroyed emits no more `data`; the transport then reads the remaining bytes itself.
    const onClose = (): void => {
      const read = socket.read.bind(socket);
      socket.read = (size) => {
        const chunk = read(size) as Uint8Array | null;
        if (chunk !== null) scanner.push(chunk);
        return chunk;
      };
    };
    socket.on('data', onData);
    socket.on('close', onClose);
    this.#stop = () => socket.off('data', onData).off('close', onClose);
    if (observer) watchWrites(socket, observer);
  }

  /** FLAG bits of the next message that the transport reports: call it once per message, in order. */
  nextFlags(): number {
    if (this.#taken === this.#flags.length) return 0;
    const flags = this.#flags[this.#taken++]!;
    if (this.#taken === this.#flags.length || this.#taken === COMPACT_AT) {
      this.#flags = this.#flags.slice(this.#taken);
      this.#taken = 0;
    }
    return flags;
  }

  /** Whether the next message that the transport reports is known to be valid text: call it once per message, in order. */
  nextIsValidText(): boolean {
    return this.#runs.takeNext();
  }

  /** The first message beyond the limit, according to its headers. */
  get oversize(): OversizeMessage | undefined {
    return this.#scanner.oversize;
  }

  /** The partly received message. */
  get partial(): PartialMessage | undefined {
    return this.#scanner.unfinished;
  }

  /** The partly received header or control frame. */
  get partialFrame(): PartialFrame | undefined {
    return this.#scanner.unfinishedFrame;
  }

  /** The first frame of the sender that violates the protocol. */
  get fault(): FaultyFrame | undefined {
    return this.#scanner.fault;
  }

  /** The number of complete frames of the sender. */
  get frames(): number {
    return this.#scanner.frames;
  }

  /** When the last bytes arrived, or when the handshake ended; in milliseconds of `performance.now()`. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Ignores everything from now on. */
  stop(): void {
    this.#stop();
  }

  #received(inflates: boolean, observer: FrameObserver | undefined): FrameSink {
    let first = 0;
    let compressed = false;
    return {
      onHeader: (byte, headerLength, length, mask) => {
        first = byte;
        // The compression bit of a message's first frame; continuation frames have neither the bit nor an opcode.
        if (!isControl(byte) && opcodeOf(byte) > 0) compressed = (byte & BIT.rsv1) !== 0;
        observer?.onHeader('in', byte, headerLength, length, mask);
      },
      onEnd: () => {
        if (inflates && isFinal(first) && !isControl(first))
          this.#flags.push(compressed ? FLAG.compressed : 0);
        observer?.onEnd('in');
      },
    };
  }
}

function watchWrites(socket: Duplex, observer: FrameObserver): void {
  const scanner = new FrameScanner(0, {
    onHeader: (...header) => observer.onHeader('out', ...header),
    onEnd: () => observer.onEnd('out'),
  });
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  socket.write = (...args: unknown[]): boolean => {
    // The transport writes the frames; nothing else writes to its socket.
    if (args[0] instanceof Uint8Array) scanner.push(args[0]);
    return write(...args);
  };
}

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
