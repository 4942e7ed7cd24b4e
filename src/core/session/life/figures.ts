import type { Counter, RoundTrip } from '../../../shared/session.ts';

/** Counts text and binary messages of one direction. Adding costs two additions and no object. */
export class MessageCounter implements Counter {
  messages: number;
  bytes: number;

  constructor(from: Counter = { messages: 0, bytes: 0 }) {
    this.messages = from.messages;
    this.bytes = from.bytes;
  }

  add(bytes: number): void {
    this.messages++;
    this.bytes += bytes;
  }

  /** A snapshot that no longer changes. */
  snapshot(): Counter {
    return { messages: this.messages, bytes: this.bytes };
  }
}

/** Maximum pings that wait for their pongs; beyond it the oldest counts as lost. */
const MOST = 1_000;

/** Round-trip times of pings, and the number of lost ones. All times are milliseconds of one clock. */
export class RoundTrips {
  /** By payload, in sending order: a pong carries its ping's payload (RFC 6455, section 5.5.3). */
  readonly #waiting = new Map<string, number>();
  #last = 0;
  #min = 0;
  #max = 0;
  #sum = 0;
  #answered = 0;
  #lost = 0;

  sent(payload: Uint8Array, now: number): void {
    const key = keyOf(payload);
    // If two pings have the same payload, the later one is kept, because the first pong may answer either.
    this.#waiting.delete(key);
    this.#waiting.set(key, now);
    if (this.#waiting.size > MOST) this.#lose(this.#waiting.keys().next().value!);
  }

  /**
   * Records a pong. A pong that answers no ping is ignored (RFC 6455 allows it). Pings sent before the answered one are
   * not lost, because a peer may answer only the latest.
   */
  received(payload: Uint8Array, now: number): void {
    if (this.#waiting.size === 0) return;
    const answered = keyOf(payload);
    const sentAt = this.#waiting.get(answered);
    if (sentAt === undefined) return;
    for (const key of this.#waiting.keys()) {
      this.#waiting.delete(key);
      if (key === answered) break;
    }
    const time = now - sentAt;
    this.#min = this.#answered === 0 ? time : Math.min(this.#min, time);
    this.#max = Math.max(this.#max, time);
    this.#last = time;
    this.#sum += time;
    this.#answered++;
  }

  /** Counts unanswered pings that were sent before this time as lost. */
  expire(before: number): void {
    for (const [key, sentAt] of this.#waiting) {
      if (sentAt >= before) return;
      this.#lose(key);
    }
  }

  /** The connection ended, so no more pongs come. */
  ended(): void {
    this.expire(Infinity);
  }

  /** Undefined until a ping was answered or lost. */
  figures(): RoundTrip | undefined {
    if (this.#answered === 0 && this.#lost === 0) return undefined;
    return {
      last: this.#last,
      min: this.#min,
      mean: this.#answered === 0 ? 0 : this.#sum / this.#answered,
      max: this.#max,
      answered: this.#answered,
      lost: this.#lost,
    };
  }

  #lose(key: string): void {
    this.#waiting.delete(key);
    this.#lost++;
  }
}

function keyOf(payload: Uint8Array): string {
  return String.fromCharCode(...payload);
}
