/** Bytes on their way to one side at which reading from the other side stops. */
const HIGH_WATER = 1024 * 1024;

/** The same limit while messages are delayed on purpose. It is higher, because a delay must not limit the rate. */
const HIGH_WATER_OF_DELAYS = 16 * 1024 * 1024;

/** Milliseconds that a slow line may be behind before reading from the sender stops. */
const MAX_LATENESS = 1000;

/** The bytes of a group of messages. Only the last one is awaited, because the others leave before it. */
const GROUP_BYTES = HIGH_WATER / 4;

/** Bytes that each message counts in addition to its payload, because empty messages cost memory too. */
const OVERHEAD = 64;

/** The timing of a message that is passed on. */
export interface Passage {
  /** Milliseconds until it is passed on; later messages wait for it. */
  readonly delay: number;
  /** Milliseconds that it occupies the line; the next message is late by this time. */
  readonly duration: number;
}

const AT_ONCE: Passage = { delay: 0, duration: 0 };

/**
 * Sends one message. @param isAwaited whether to return a promise of the kernel having taken it: a promise a message
 * costs more than a short message
 */
export type Send = (isAwaited: boolean) => Promise<void> | void;

interface Waiting {
  readonly due: number;
  readonly length: number;
  readonly send: Send;
}

/**
 * One direction of a proxy. It keeps the order whatever the delays, and stops reading from the sender while too many bytes are on
 * their way.
 */
export class Lane {
  #bytes = 0;
  /** Bytes that were sent since the last awaited message; they count as sent when the next awaited one leaves. */
  #group = 0;
  #release: (() => void) | undefined;
  readonly #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  /**
   * The due time of the last message, and the time at which the line is free; in milliseconds of `performance.now()`.
   */
  #lastDue = 0;
  #freeAt = 0;
  #isCut = false;

  /** @param hold stops reading from the sender. @returns resumes reading */
  constructor(private readonly hold: () => () => void) {}

  /** Passes a message on: at once, unless it is delayed or something before it waits. */
  pass(payload: number, send: Send, passage?: Passage): void {
    if (this.#isCut) return;
    const length = payload + OVERHEAD;
    this.#bytes += length;
    const isDelayed = (passage?.delay ?? 0) > 0;
    this.#enqueue(length, send, passage);
    const isFull = this.#bytes > (isDelayed ? HIGH_WATER_OF_DELAYS : HIGH_WATER);
    if (isFull || this.#lateness > MAX_LATENESS) this.#release ??= this.hold();
  }

  /** Runs an action after everything before it has been passed on, with the same delay. */
  afterwards(act: () => void, passage?: Passage): void {
    if (!this.#isCut) this.#enqueue(0, () => void act(), passage);
  }

  /** Stops passing messages on. @returns the number of messages that were still waiting */
  cut(): number {
    this.#isCut = true;
    clearTimeout(this.#timer);
    return this.#waiting.splice(0).filter(({ length }) => length > 0).length;
  }

  #enqueue(length: number, send: Send, passage: Passage = AT_ONCE): void {
    const { delay, duration } = passage;
    if (this.#waiting.length === 0 && delay <= 0 && duration <= 0) return this.#run(length, send);
    const now = performance.now();
    let due = Math.max(now + delay, this.#lastDue);
    if (duration > 0) {
      // A message has arrived when its last byte has.
      due = Math.max(due, this.#freeAt) + duration;
      this.#freeAt = due;
    }
    this.#lastDue = due;
    this.#waiting.push({ due, length, send });
    if (this.#waiting.length === 1) this.#schedule();
  }

  /** Milliseconds for which the line is occupied; 0 without a throttle. */
  get #lateness(): number {
    return this.#freeAt === 0 ? 0 : this.#freeAt - performance.now();
  }

  #schedule(): void {
    const [next] = this.#waiting;
    if (next) this.#timer = setTimeout(() => this.#passDue(), Math.max(0, next.due - performance.now()));
  }

  #passDue(): void {
    // Timers fire up to a millisecond early.
    const now = performance.now() + 1;
    // The action may cut the lane.
    for (let next = this.#waiting[0]; next && next.due <= now; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#run(next.length, next.send);
    }
    if (!this.#isCut) this.#schedule();
  }

  #run(length: number, send: Send): void {
    this.#group += length;
    const isAwaited = this.#group >= GROUP_BYTES;
    const bytes = isAwaited ? this.#group : 0;
    if (isAwaited) this.#group = 0;
    const sent = send(isAwaited);
    if (!sent) return this.#left(bytes);
    const done = (): void => this.#left(bytes);
    // A closed side ends the session by itself.
    sent.then(done, done);
  }

  #left(bytes: number): void {
    this.#bytes -= bytes;
    this.#relieve();
  }

  #relieve(): void {
    if (!this.#release || this.#bytes > HIGH_WATER / 2 || this.#lateness > MAX_LATENESS / 2) return;
    this.#release();
    this.#release = undefined;
  }
}
