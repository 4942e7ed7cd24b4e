import { TICK_INTERVAL } from '../shared/limits.ts';

/** A list of listeners to one kind of event. */
export class Listeners<Args extends unknown[] = []> {
  readonly #listeners = new Set<(...args: Args) => void>();

  /** @returns stops listening */
  add(listener: (...args: Args) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A listener that throws does not stop the others, nor whoever emits: it is a fault, and shows as one. */
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
