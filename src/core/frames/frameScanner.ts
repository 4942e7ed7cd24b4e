import { BIT, isControl, isFinal, frameFault, frameName } from './frameHeader.ts';
import type { FrameFault, FrameRules } from './frameHeader.ts';

/** The first byte of an uncompressed message in one frame. */
export const WHOLE_TEXT = 0x81;
const WHOLE_BINARY = 0x82;

const MASKED = 0x80;
const LENGTH_BITS = 0x7f;
/** The length of a header that a length of 16 bits follows. */
export const LENGTH_16 = 126;
const MAX_HEADER = 14;

/** Receives each frame. */
export interface FrameSink {
  /**
   * A frame's header is complete.
   * @param first its first byte: FIN, RSV1 to RSV3 and the opcode
   * @param length bytes of its payload
   * @param mask the masking key, 32 bits in wire order; undefined if the frame is not masked
   */
  onHeader(first: number, headerLength: number, length: number, mask: number | undefined): void;
  /** The last byte of that frame has arrived. */
  onEnd(): void;
}

/**
 * Receives parts of chunks that hold nothing but complete, unmasked messages of one frame each, all shorter
 * than 64 KiB. It is not called for a connection whose frames are reported to a sink.
 * @param message the number of the first of them in the connection, counted from 0
 */
export type WholeMessages = (chunk: Uint8Array, from: number, to: number, message: number) => void;

/** A message that exceeds a limit, according to its headers. */
export interface OversizeMessage {
  /** Bytes on the wire that its headers have announced so far. */
  readonly size: number;
  /** Whether that is the whole message; otherwise further fragments may follow. */
  readonly whole: boolean;
}

/** How much of a message has arrived. */
export interface PartialMessage {
  /** Payload bytes on the wire that have arrived. */
  readonly received: number;
  /** The total size; undefined if further fragments may follow. */
  readonly size: number | undefined;
  /** RSV1 of its first frame: the payload is compressed (RFC 7692, section 6). */
  readonly compressed: boolean;
}

/** An incomplete frame header or control frame. */
export interface PartialFrame {
  /** `frame header`, or the kind, such as `ping`. */
  readonly what: string;
  readonly received: number;
  /** Total bytes; undefined if the part does not say. */
  readonly size: number | undefined;
}

/** The first frame that violates the protocol. */
export interface FaultyFrame extends FrameFault {
  /** The first two bytes of its header, or one if only one arrived. */
  readonly head: readonly number[];
  /** How many complete frames came before it. */
  readonly after: number;
  /** The last of these, such as `text frame of 20 bytes`. */
  readonly lastGood: string | undefined;
}

/**
 * Reads the frame headers (RFC 6455, section 5.2) in the bytes of one direction, however they are cut into chunks. It
 * runs on everything received, so it skips payloads by arithmetic, copies nothing, and handles an ordinary message with
 * a few comparisons. With rules it keeps the first frame that violates them, because the transport fails the connection
 * without details.
 */
export class FrameScanner {
  readonly #header = new Uint8Array(MAX_HEADER);
  /** Bytes of a header that did not fit in one chunk. */
  #held = 0;
  /** Payload bytes of the current frame that are still missing. */
  #left = 0;
  #inFrame = false;
  #first = 0;
  #length = 0;
  #inMessage = false;
  #compressed = false;
  /** Payload bytes of the current message's frames before the current one. */
  #before = 0;
  #oversize: OversizeMessage | undefined;
  #fault: FaultyFrame | undefined;
  /** The number of complete frames, and the first byte and the length of the last one. */
  #frames = 0;
  #lastFirst = 0;
  #lastLength = 0;
  /** The number of complete messages. */
  #messages = 0;
  readonly #limit: number;
  /** Whether unmasked frames need no reports: a client must not send any (RFC 6455, section 5.1). */
  readonly #maySkip: boolean;

  /** @param limit maximum payload bytes of one message; 0: no limit */
  constructor(
    limit = 0,
    private readonly sink?: FrameSink,
    private readonly rules?: FrameRules,
    private readonly onWhole?: WholeMessages,
  ) {
    this.#limit = limit > 0 ? limit : Number.MAX_SAFE_INTEGER;
    this.#maySkip = sink === undefined && rules?.sender !== 'client';
  }

  /** The first message that exceeds the limit. */
  get oversize(): OversizeMessage | undefined {
    return this.#oversize;
  }

  /** The first frame that violates the rules. */
  get fault(): FaultyFrame | undefined {
    return this.#fault;
  }

  /** The number of complete frames. */
  get frames(): number {
    return this.#frames;
  }

  /** The header or control frame that is incomplete so far. */
  get unfinishedFrame(): PartialFrame | undefined {
    if (this.#held > 0) {
      const size = this.#held < 2 ? undefined : headerLengthOf(this.#header[1]!);
      return { what: 'frame header', received: this.#held, size };
    }
    if (!this.#inFrame || !isControl(this.#first)) return undefined;
    return { what: frameName(this.#first), received: this.#length - this.#left, size: this.#length };
  }

  /** The message that is incomplete so far, in the middle of a frame or between two fragments. */
  get unfinished(): PartialMessage | undefined {
    const inData = this.#inFrame && !isControl(this.#first);
    if (!inData && !this.#inMessage) return undefined;
    if (!inData) return { received: this.#before, size: undefined, compressed: this.#compressed };
    return {
      received: this.#before + this.#length - this.#left,
      size: isFinal(this.#first) ? this.#before + this.#length : undefined,
      compressed: this.#compressed,
    };
  }

  /** Takes the next bytes. */
  push(chunk: Uint8Array): void {
    const end = chunk.length;
    if (this.#left > end) {
      this.#left -= end;
      return;
    }
    let at = this.#left;
    if (this.#inFrame) this.#finish();
    if (this.#held > 0) at = this.#goOn(chunk, at);
    while (at < end) {
      if (this.#maySkip && !this.#inMessage) at = this.#skipWhole(chunk, at);
      if (at >= end) return;
      const available = end - at;
      const headerLength = available < 2 ? MAX_HEADER : headerLengthOf(chunk[at + 1]!);
      if (available < headerLength) {
        this.#header.set(chunk.subarray(at));
        this.#held = available;
        return;
      }
      this.#begin(chunk, at, headerLength);
      at = this.#payload(at + headerLength, end);
    }
  }

  /** Skips complete, unmasked, single-frame messages in the chunk. @returns where something else begins */
  #skipWhole(chunk: Uint8Array, from: number): number {
    const end = chunk.length;
    const limit = this.#limit;
    let at = from;
    let frames = 0;
    let lastFirst = 0;
    let lastLength = 0;
    while (at + 4 <= end) {
      const first = chunk[at]!;
      if (first !== WHOLE_TEXT && first !== WHOLE_BINARY) break;
      let length = chunk[at + 1]!;
      let next = at + 2 + length;
      if (length >= LENGTH_16) {
        if (length > LENGTH_16) break;
        length = (chunk[at + 2]! << 8) | chunk[at + 3]!;
        next = at + 4 + length;
      }
      if (next > end || length > limit) break;
      frames++;
      lastFirst = first;
      lastLength = length;
      at = next;
    }
    if (frames > 0) {
      this.onWhole?.(chunk, from, at, this.#messages);
      this.#messages += frames;
      this.#frames += frames;
      this.#lastFirst = lastFirst;
      this.#lastLength = lastLength;
    }
    return at;
  }

  /** Completes a header that was cut between chunks. @returns where the chunk continues after it */
  #goOn(chunk: Uint8Array, from: number): number {
    const header = this.#header;
    for (let at = from; at < chunk.length; at++) {
      header[this.#held++] = chunk[at]!;
      if (this.#held < 2) continue;
      const headerLength = headerLengthOf(header[1]!);
      if (this.#held < headerLength) continue;
      this.#held = 0;
      this.#begin(header, 0, headerLength);
      return this.#payload(at + 1, chunk.length);
    }
    return chunk.length;
  }

  #begin(bytes: Uint8Array, at: number, headerLength: number): void {
    const first = bytes[at]!;
    const second = bytes[at + 1]!;
    const length = lengthOf(bytes, at, second & LENGTH_BITS);
    this.#first = first;
    this.#length = this.#left = length;
    this.#inFrame = true;
    if (this.rules !== undefined && this.#fault === undefined) this.#judge(this.rules, second);
    if (!isControl(first)) {
      if (!this.#inMessage) {
        this.#before = 0;
        this.#compressed = (first & BIT.rsv1) !== 0;
      }
      const size = this.#before + length;
      if (size > this.#limit) this.#oversize ??= { size, whole: isFinal(first) };
    }
    const mask = second & MASKED ? uint32(bytes, at + headerLength - 4) : undefined;
    this.sink?.onHeader(first, headerLength, length, mask);
  }

  /** @param second the second byte of the frame that just began */
  #judge(rules: FrameRules, second: number): void {
    const found = frameFault(this.#first, this.#length, (second & MASKED) !== 0, this.#inMessage, rules);
    if (found === undefined) return;
    const lastGood =
      this.#frames === 0 ? undefined : `${frameName(this.#lastFirst)} of ${this.#lastLength} bytes`;
    this.#fault = { ...found, head: [this.#first, second], after: this.#frames, lastGood };
  }

  /** Handles the payload of the frame that just began. @returns where the chunk continues after it */
  #payload(at: number, end: number): number {
    const available = end - at;
    if (this.#left > available) {
      this.#left -= available;
      return end;
    }
    const next = at + this.#left;
    this.#finish();
    return next;
  }

  #finish(): void {
    this.#inFrame = false;
    this.#left = 0;
    this.#frames++;
    this.#lastFirst = this.#first;
    this.#lastLength = this.#length;
    if (!isControl(this.#first)) {
      this.#inMessage = !isFinal(this.#first);
      if (!this.#inMessage) this.#messages++;
      this.#before += this.#length;
    }
    this.sink?.onEnd();
  }
}

function headerLengthOf(second: number): number {
  const length = second & LENGTH_BITS;
  const extended = length < LENGTH_16 ? 0 : length === LENGTH_16 ? 2 : 8;
  return 2 + extended + (second & MASKED ? 4 : 0);
}

function lengthOf(bytes: Uint8Array, at: number, length: number): number {
  if (length < LENGTH_16) return length;
  if (length === LENGTH_16) return (bytes[at + 2]! << 8) | bytes[at + 3]!;
  return uint32(bytes, at + 2) * 2 ** 32 + uint32(bytes, at + 6);
}

function uint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
