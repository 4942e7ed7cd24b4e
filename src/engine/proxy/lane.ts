/** Bytes waiting for one side at which reading from the other side stops. */
const HIGH_WATER = 1024 * 1024;

/**
 * The same limit while messages are delayed or held on purpose. It is higher, because a delay must not limit the rate.
 */
const HIGH_WATER_OF_DELAYS = 16 * 1024 * 1024;

/** Messages in a lane at which reading from the sender stops while one of them is held. */
const MAX_WAITING = 1000;

/** Milliseconds that a slow line may lag before reading from the sender stops. */
const MAX_LATENESS = 1000;

/** Bytes of a group of messages. Only the last message of a group is awaited, because the others leave before it. */
const GROUP_BYTES = HIGH_WATER / 4;

/** Bytes that each message counts in addition to its payload, because empty messages cost memory too. */
const OVERHEAD = 64;

/** The timing of a message that is passed on. */
export interface Passage {
  /** Milliseconds until the message is passed on; later messages wait for it. */
  readonly delay: number;
  /** Milliseconds that the message occupies the line; the next message is delayed by this time. */
  readonly duration: number;
}

const AT_ONCE: Passage = { delay: 0, duration: 0 };

/**
 * Sends one message.
 * @param isAwaited whether to return a promise that resolves when the kernel has taken the message; it costs
 * more than a short message
 */
export type Send = (isAwaited: boolean) => Promise<void> | void;

interface Waiting {
  readonly due: number;
  readonly length: number;
  readonly send: Send;
  /** Whether this message and those behind it wait until it is released. */
  readonly isHeld: boolean;
}

/** A message that a lane keeps until one of these is called; later calls do nothing. */
export interface Kept {
  /**
   * Sends a message in this place, after everything before it has been passed on.
   * @param payload bytes of that message
   */
  release(payload: number, send: Send): void;
  drop(): void;
}

/** The numbers of messages that a cut lane did not pass on. */
export interface Lost {
  readonly held: number;
  /** Messages that were delayed, or waited behind others. */
  readonly waiting: number;
}

/**
 * One direction of a proxy. It keeps the order despite delays, and stops reading from the sender while too
 * many bytes are waiting.
 */
export class Lane {
  #bytes = 0;
  /** Bytes sent since the last awaited message; they count as sent when the next awaited one leaves. */
  #group = 0;
  #release: (() => void) | undefined;
  readonly #waiting: Waiting[] = [];
  #held = 0;
  #timer: NodeJS.Timeout | undefined;
  /**
   * The due time of the last message, and the time at which the line is free; in milliseconds of `performance.now()`.
   */
  #lastDue = 0;
  #freeAt = 0;
  #isCut = false;

  /** @param hold stops reading from the sender; returns a function that resumes it */
  constructor(private readonly hold: () => () => void) {}

  /** Number of held messages. */
  get held(): number {
    return this.#held;
  }

  /** Whether the next message waits for an earlier one. */
  get isOccupied(): boolean {
    return this.#waiting.length > 0;
  }

  /** Whether reading from the sender has stopped. */
  get isFull(): boolean {
    return this.#release !== undefined;
  }

  /** Passes a message on: at once, unless it is delayed or an earlier message waits. */
  pass(payload: number, send: Send, passage?: Passage): void {
    if (this.#isCut) return;
    const length = payload + OVERHEAD;
    this.#bytes += length;
    this.#enqueue(length, send, passage);
    this.#stopIfFull((passage?.delay ?? 0) > 0);
  }

  /**
   * Passes a ping or a pong on. It waits for delayed messages and overtakes held ones, so that both sides
   * stay connected.
   */
  passControl(payload: number, send: Send, passage?: Passage): void {
    const at = this.#held === 0 ? -1 : this.#waiting.findIndex(({ isHeld }) => isHeld);
    if (at === -1) return this.pass(payload, send, passage);
    const length = payload + OVERHEAD;
    this.#bytes += length;
    const now = performance.now();
    const due = Math.max(now + (passage?.delay ?? 0), this.#waiting[at - 1]?.due ?? 0);
    if (at === 0 && due <= now) return this.#run(length, send);
    this.#waiting.splice(at, 0, { due, length, send, isHeld: false });
    if (at === 0) this.#schedule();
  }

  /** Keeps a message in its place. Later messages wait behind it. */
  keep(payload: number, passage?: Passage): Kept {
    if (this.#isCut) return { release: () => {}, drop: () => {} };
    const entry = this.#wait(payload + OVERHEAD, () => {}, passage, true);
    this.#bytes += entry.length;
    this.#held++;
    this.#stopIfFull(true);
    const settle = (...instead: readonly Waiting[]): void => {
      const at = this.#waiting.indexOf(entry);
      if (at === -1) return;
      this.#waiting.splice(at, 1, ...instead);
      this.#held--;
      this.#bytes += (instead[0]?.length ?? 0) - entry.length;
      if (at === 0) this.#passDue();
      this.#relieve();
    };
    return {
      release: (released, send) =>
        settle({ due: entry.due, length: released + OVERHEAD, send, isHeld: false }),
      drop: () => settle(),
    };
  }

  /** Runs an action after everything before it has been passed on, with the same delay. */
  afterwards(act: () => void, passage?: Passage): void {
    if (!this.#isCut) this.#enqueue(0, () => void act(), passage);
  }

  /** Stops passing messages on. @returns the messages that were still waiting */
  cut(): Lost {
    this.#isCut = true;
    clearTimeout(this.#timer);
    const messages = this.#waiting.splice(0).filter(({ length }) => length > 0);
    const held = messages.filter(({ isHeld }) => isHeld).length;
    this.#held = 0;
    this.#release?.();
    this.#release = undefined;
    return { held, waiting: messages.length - held };
  }

  #stopIfFull(isDelayed: boolean): void {
    const limit = isDelayed || this.#held > 0 ? HIGH_WATER_OF_DELAYS : HIGH_WATER;
    const isCrowded = this.#held > 0 && this.#waiting.length >= MAX_WAITING;
    if (isCrowded || this.#bytes > limit || this.#lateness > MAX_LATENESS) this.#release ??= this.hold();
  }

  #enqueue(length: number, send: Send, passage: Passage = AT_ONCE): void {
    const { delay, duration } = passage;
    if (this.#waiting.length === 0 && delay <= 0 && duration <= 0) return this.#run(length, send);
    this.#wait(length, send, passage, false);
  }

  #wait(length: number, send: Send, { delay, duration }: Passage = AT_ONCE, isHeld: boolean): Waiting {
    const now = performance.now();
    let due = Math.max(now + delay, this.#lastDue);
    if (duration > 0) {
      // A message has arrived when its last byte has arrived.
      due = Math.max(due, this.#freeAt) + duration;
      this.#freeAt = due;
    }
    this.#lastDue = due;
    const entry = { due, length, send, isHeld };
    this.#waiting.push(entry);
    if (this.#waiting.length === 1) this.#schedule();
    return entry;
  }

  /** Milliseconds for which the line is occupied; 0 without a throttle. */
  get #lateness(): number {
    return this.#freeAt === 0 ? 0 : this.#freeAt - performance.now();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const [next] = this.#waiting;
    if (next && !next.isHeld)
      this.#timer = setTimeout(() => this.#passDue(), Math.max(0, next.due - performance.now()));
  }

  #passDue(): void {
    // Timers fire up to a millisecond early.
    const now = performance.now() + 1;
    // The action may cut the lane.
    for (let [next] = this.#waiting; next && !next.isHeld && next.due <= now; [next] = this.#waiting) {
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
    // A failed send needs no report: the closed side ends the session.
    sent.then(done, done);
  }

  #left(bytes: number): void {
    this.#bytes -= bytes;
    this.#relieve();
  }

  #relieve(): void {
    const limit = this.#held > 0 ? HIGH_WATER_OF_DELAYS : HIGH_WATER;
    const isCrowded = this.#held > 0 && this.#waiting.length > MAX_WAITING / 2;
    if (!this.#release || isCrowded || this.#bytes > limit / 2 || this.#lateness > MAX_LATENESS / 2) return;
    this.#release();
    this.#release = undefined;
  }
}
