import { heartbeatPayload, nextBeat } from '../core/session/life/heartbeat.ts';

/** The functions of a connection that a heartbeat needs. Times in milliseconds of one monotonic clock. */
export interface HeartbeatHooks {
  readonly now: () => number;
  /** When the last message or control frame was received; undefined before the first. */
  readonly receivedAt: () => number | undefined;
  /** Bytes read so far, which grow while a long message is arriving. */
  readonly bytesRead: () => number;
  /** Whether reading is paused. Then silence says nothing about the peer. */
  readonly isHeld: () => boolean;
  readonly ping: (payload: Uint8Array) => void;
  /** Nothing was received for `silence` milliseconds. The heartbeat has stopped. */
  readonly onLost: (silence: number) => void;
}

/** Pings an open connection regularly, and reports when nothing is received any more. */
export class Heartbeat {
  #interval = 0;
  #heardAt = 0;
  #pingedAt = 0;
  #bytesRead = 0;
  #checkedAt = 0;
  #number = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly hooks: HeartbeatHooks) {}

  /** @param interval milliseconds between pings; 0: no pings */
  start(interval: number): void {
    this.stop();
    if (interval === 0) return;
    this.#interval = interval;
    this.#pass();
  }

  /** Pings at once and allows two more intervals of silence, for example after a sleep of the machine. */
  restart(): void {
    if (this.#timer === undefined) return;
    this.#begin();
    this.#ping();
    this.#wait(this.#interval);
  }

  /** Reading resumed after a pause: the silence before it does not count. */
  excuse(): void {
    this.#heardAt = this.hooks.now();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #pass(): void {
    this.#begin();
    this.#wait(this.#interval);
  }

  #begin(): void {
    this.#heardAt = this.#pingedAt = this.#checkedAt = this.hooks.now();
    this.#bytesRead = this.hooks.bytesRead();
  }

  #wait(milliseconds: number): void {
    clearTimeout(this.#timer);
    const timer = setTimeout(() => {
      const isLate = this.hooks.now() - this.#checkedAt - milliseconds > this.#interval;
      // After a stall of this process, data that waits at the socket is read before the silence counts.
      setImmediate(() => {
        if (this.#timer !== timer) return;
        if (this.hooks.isHeld()) this.#pass();
        else if (isLate) this.restart();
        else this.#beat();
      });
    }, milliseconds);
    this.#timer = timer;
  }

  #beat(): void {
    const now = this.hooks.now();
    this.#listen(now);
    const pulse = { interval: this.#interval, heardAt: this.#heardAt, pingedAt: this.#pingedAt };
    const beat = nextBeat(pulse, now);
    if (beat.do === 'wait') this.#wait(beat.for);
    else if (beat.do === 'ping') {
      this.#ping();
      this.#beat();
    } else {
      this.stop();
      this.hooks.onLost(now - this.#heardAt);
    }
  }

  #listen(now: number): void {
    const receivedAt = this.hooks.receivedAt() ?? 0;
    const bytesRead = this.hooks.bytesRead();
    if (receivedAt > this.#checkedAt) this.#heardAt = receivedAt;
    // No row was added, but bytes arrived: a message is arriving.
    else if (bytesRead > this.#bytesRead) this.#heardAt = now;
    this.#bytesRead = bytesRead;
    this.#checkedAt = now;
  }

  #ping(): void {
    this.#pingedAt = this.hooks.now();
    this.hooks.ping(heartbeatPayload(++this.#number));
  }
}
