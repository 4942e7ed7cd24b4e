import type { UnitProblem } from '../../../shared/units.ts';
import { tooLong } from '../json/jsonText.ts';
import { MAX_DECODED_BYTES, MAX_UNITS } from '../limits.ts';
import {
  type Decoded,
  type DecodedPayload,
  type DecodedUnit,
  fromBase64,
  NOTHING_DECODED,
  toBase64,
} from '../unit.ts';

/** The extent of the packet that starts at an offset. */
export type PacketExtent =
  /** The offset after its last byte. */
  | { readonly end: number }
  /** It is incomplete: the minimum number of its bytes, counted from its first. */
  | { readonly needs: number }
  /** No packet starts here. */
  | UnitProblem;

/**
 * Splits the bytes of one direction into packets and decodes them. Offsets are those of `bytes`. Neither function
 * throws.
 */
export interface StreamFormat {
  /** @param seen bytes of the packet, from `start` on, that an earlier call has examined */
  measure(bytes: Uint8Array, start: number, seen: number): PacketExtent;
  read(bytes: Uint8Array, start: number, end: number): Decoded;
}

/** Maximum bytes of an incomplete packet in a checkpoint. */
const MAX_CHECKPOINT_BYTES = 4096;

const NO_BYTES = new Uint8Array();

/**
 * The bytes of one direction, split into packets regardless of messages: a message may hold several packets, and a
 * packet may span several messages. Holds at most MAX_DECODED_BYTES of an incomplete packet.
 */
export class ByteStream {
  /** The incomplete packet, with spare capacity after it. */
  #held: Uint8Array = NO_BYTES;
  #length = 0;
  /** The minimum size of the held packet. */
  #needs = 0;
  /** Remaining bytes of a packet that exceeds the limit. */
  #skips = 0;

  /** @param checkpoint of another stream. @throws Error if `checkpoint` did not create it */
  constructor(
    private readonly format: StreamFormat,
    checkpoint = '',
  ) {
    if (checkpoint === '') return;
    const { held, skips } = JSON.parse(checkpoint) as { held: string; skips: number };
    this.#skips = skips;
    this.#held = fromBase64(held) ?? NO_BYTES;
    this.#length = this.#held.length;
  }

  /** Empty between packets; undefined while a long packet is incomplete. */
  checkpoint(): string | undefined {
    if (this.#length > MAX_CHECKPOINT_BYTES) return undefined;
    if (this.#length === 0 && this.#skips === 0) return '';
    return JSON.stringify({
      held: toBase64(this.#held.subarray(0, this.#length)),
      skips: this.#skips,
    });
  }

  /** The packets that a message completes. Only their units keep views of the message. */
  push(data: Uint8Array): Decoded {
    if (data.length > MAX_DECODED_BYTES) return this.#giveUp(tooLong(data.length, 0));
    const skipped = Math.min(this.#skips, data.length);
    this.#skips -= skipped;
    const carried = this.#length;
    if (carried + data.length > MAX_DECODED_BYTES) return this.#giveUp(tooLong(carried + data.length, 0));
    const seen = carried;
    if (carried > 0) {
      this.#hold(data);
      if (this.#length < this.#needs) return NOTHING_DECODED;
    }
    const bytes = carried > 0 ? this.#held.subarray(0, this.#length) : data;
    return this.#cut(bytes, skipped, carried, seen);
  }

  #cut(bytes: Uint8Array, from: number, carried: number, seen: number): Decoded {
    const units: DecodedUnit[] = [];
    const problems: UnitProblem[] = [];
    const stop = (problem: UnitProblem): Decoded => {
      problems.push({ ...problem, at: Math.max(0, problem.at - carried) });
      return { ...this.#giveUp(), units, problems };
    };
    let at = from;
    while (at < bytes.length) {
      const extent = this.format.measure(bytes, at, at === 0 ? seen : 0);
      if ('code' in extent) return stop(extent);
      if ('needs' in extent) {
        const there = bytes.length - at;
        if (extent.needs <= MAX_DECODED_BYTES) {
          this.#keep(bytes.subarray(at), extent.needs);
          return { units, problems };
        }
        const stopped = stop(tooLong(extent.needs, at));
        this.#skips = extent.needs - there;
        return stopped;
      }
      if (units.length >= MAX_UNITS) {
        const message = `More than ${MAX_UNITS} units in one message are not decoded.`;
        return stop({ code: 'decode.limit', message, at });
      }
      const read = this.format.read(bytes, at, extent.end);
      for (const unit of read.units) units.push(carried === 0 ? unit : moved(unit, carried));
      for (const problem of read.problems)
        problems.push({ ...problem, at: Math.max(0, problem.at - carried) });
      at = extent.end;
    }
    this.#forget();
    return { units, problems };
  }

  /** Appends to the held bytes. Nothing reads them between two calls, so the buffer grows in place. */
  #hold(data: Uint8Array): void {
    const length = this.#length + data.length;
    if (length > this.#held.length) {
      const grown = new Uint8Array(Math.max(length, this.#length * 2));
      grown.set(this.#held.subarray(0, this.#length));
      this.#held = grown;
    }
    this.#held.set(data, this.#length);
    this.#length = length;
  }

  /** The remaining bytes are the start of a packet. */
  #keep(rest: Uint8Array, needs: number): void {
    this.#needs = needs;
    // Held bytes stay in place: copying them for each message would take hours for a long packet in small messages.
    if (rest.byteOffset === this.#held.byteOffset && rest.buffer === this.#held.buffer) return;
    this.#held = new Uint8Array(rest);
    this.#length = rest.length;
  }

  #forget(): void {
    this.#held = NO_BYTES;
    this.#length = 0;
    this.#needs = 0;
  }

  /** The packet boundaries are lost; the next message is assumed to start with a packet. */
  #giveUp(...problems: readonly UnitProblem[]): Decoded {
    this.#forget();
    this.#skips = 0;
    return { units: [], problems };
  }
}

/** A unit whose bytes started in earlier messages, with offsets in the last one. */
function moved(unit: DecodedUnit, carried: number): DecodedUnit {
  const { range, payload } = unit;
  return {
    ...unit,
    range: { start: Math.max(0, range.start - carried), end: range.end - carried },
    payload: payload && movedPayload(payload, carried),
    problems: unit.problems?.map((problem) => ({ ...problem, at: Math.max(0, problem.at - carried) })),
  };
}

function movedPayload(payload: DecodedPayload, carried: number): DecodedPayload {
  return {
    get form() {
      return payload.form;
    },
    get range() {
      const { range } = payload;
      if (!range || range.start < carried) return undefined;
      return { start: range.start - carried, end: range.end - carried };
    },
    read: () => payload.read(),
  };
}
