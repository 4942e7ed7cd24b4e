import { TICK_INTERVAL } from '../shared/limits.ts';

/** Turns any number of changes into at most 20 calls a second. */
export class Ticker {
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly tick: () => void) {}

  /** Something changed: the call comes within TICK_INTERVAL. Costs one comparison on the receive path. */
  mark(): void {
    this.#timer ??= setTimeout(() => this.now(), TICK_INTERVAL);
  }

  /** Calls at once, in place of a call that is due. */
  now(): void {
    this.stop();
    this.tick();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
