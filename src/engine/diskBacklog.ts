/** Bytes on the way to the disk at which reading from the socket stops, and goes on. */
const HOLD_ABOVE = 16 * 1024 * 1024;
const RELEASE_BELOW = 8 * 1024 * 1024;

/** Bytes that were handed to the record worker and are not on disk yet. */
export class DiskBacklog {
  #outstanding = 0;
  #behind = false;
  #waiting: (() => void)[] = [];

  /** @param onBehind the disk is behind: nothing more should be read from the socket until false */
  constructor(private readonly onBehind: (behind: boolean) => void) {}

  /** Resolves when the disk has caught up; undefined where it is not behind. Who produces rows waits for it. */
  caughtUp(): Promise<void> | undefined {
    if (!this.#behind) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  add(bytes: number): void {
    this.#outstanding += bytes;
    this.#setBehind(this.#behind || this.#outstanding > HOLD_ABOVE);
  }

  settle(bytes: number): void {
    this.#outstanding -= bytes;
    if (this.#outstanding < RELEASE_BELOW) this.#setBehind(false);
  }

  /** Nothing is on the way any more: the worker is gone. */
  clear(): void {
    this.#outstanding = 0;
    this.#setBehind(false);
  }

  #setBehind(behind: boolean): void {
    if (behind === this.#behind) return;
    this.#behind = behind;
    this.onBehind(behind);
    if (!behind) for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
