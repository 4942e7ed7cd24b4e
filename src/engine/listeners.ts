import { TICK_INTERVAL } from '../shared/limits.ts';

/** The listeners of one kind of event. */
export class Listeners<Args extends unknown[] = []> {
  readonly #listeners = new Set<(...args: Args) => void>();

  /** @returns a function that removes the listener */
  add(listener: (...args: Args) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * An exception in a listener affects neither the other listeners nor the emitter; it is reported as an
   * uncaught exception.
   */
  emit(...args: Args): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(...args);
      } catch (error) {
        setImmediate(() => {
          throw error;
        });
      }
    }
  }
}

/** Limits any number of changes to at most 20 calls a second. */
export class Ticker {
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly tick: () => void) {}

  /** Something changed: the call follows within TICK_INTERVAL. Costs one comparison on the receive path. */
  mark(): void {
    this.#timer ??= setTimeout(() => this.now(), TICK_INTERVAL);
  }

  /** Calls at once, and cancels a scheduled call. */
  now(): void {
    this.stop();
    this.tick();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
