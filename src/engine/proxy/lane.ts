/** Bytes on their way to one side at which reading from the other side stops. */
const HIGH_WATER = 1024 * 1024;

/** The same if messages are delayed on purpose: a delay is not a limit of the rate. */
const HIGH_WATER_OF_DELAYS = 16 * 1024 * 1024;

/** Milliseconds that a slow line may be behind before reading from the sender stops. */
const MAX_LATENESS = 1000;

/** The bytes that each message counts besides its payload, because empty ones cost memory too. */
const OVERHEAD = 64;

/** How something is passed on. */
export interface Passage {
  /** Milliseconds until it is passed on; what comes later waits for it. */
  readonly delay: number;
  /** Milliseconds that it occupies the line, by which what comes next is late. */
  readonly duration: number;
}

interface Waiting {
  readonly due: number;
  readonly length: number;
  readonly act: () => Promise<void> | void;
}

/**
 * One direction of a proxy. It keeps the order whatever the delays, and stops reading from the sender while too many bytes are on
 * their way.
 */
export class Lane {
  #bytes = 0;
  #release: (() => void) | undefined;
  readonly #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** When the last one is due, and when the line is free again; in milliseconds of `performance.now()`. */
  #lastDue = 0;
  #freeAt = 0;
  #isCut = false;

  /** @param hold stops reading from the sender. @returns resumes reading */
  constructor(private readonly hold: () => () => void) {}

  /** Passes a message on: at once, unless it is delayed or something before it waits. */
  pass(payload: number, send: () => Promise<void>, passage?: Passage): void {
    if (this.#isCut) return;
    const length = payload + OVERHEAD;
    this.#bytes += length;
    const isDelayed = (passage?.delay ?? 0) > 0;
    this.#enqueue(length, send, passage);
    const isFull = this.#bytes > (isDelayed ? HIGH_WATER_OF_DELAYS : HIGH_WATER);
    if (isFull || this.#lateness > MAX_LATENESS) this.#release ??= this.hold();
  }

  /** Does something when all before it has been passed on, after the same delay. */
  afterwards(act: () => void, passage?: Passage): void {
    if (!this.#isCut) this.#enqueue(0, () => void act(), passage);
  }

  /** Passes nothing on any more. @returns how many messages were still waiting */
  cut(): number {
    this.#isCut = true;
    clearTimeout(this.#timer);
    return this.#waiting.splice(0).filter(({ length }) => length > 0).length;
  }

  #enqueue(length: number, act: Waiting['act'], passage: Passage = { delay: 0, duration: 0 }): void {
    const { delay, duration } = passage;
    if (this.#waiting.length === 0 && delay <= 0 && duration <= 0) return this.#run({ due: 0, length, act });
    const now = performance.now();
    let due = Math.max(now + delay, this.#lastDue);
    if (duration > 0) {
      // A message is there when its last byte is.
      due = Math.max(due, this.#freeAt) + duration;
      this.#freeAt = due;
    }
    this.#lastDue = due;
    this.#waiting.push({ due, length, act });
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
    // What runs may cut the lane.
    for (let next = this.#waiting[0]; next && next.due <= now; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#run(next);
    }
    if (!this.#isCut) this.#schedule();
  }

  #run({ length, act }: Waiting): void {
    const done = (): void => {
      this.#bytes -= length;
      if (this.#bytes > HIGH_WATER / 2 || this.#lateness > MAX_LATENESS / 2) return;
      this.#release?.();
      this.#release = undefined;
    };
    const sent = act();
    // A closed side ends the session by itself.
    if (sent) sent.then(done, done);
    else done();
  }
}
