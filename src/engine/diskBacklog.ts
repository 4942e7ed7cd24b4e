/** Bytes waiting for the disk at which reading from the socket stops and resumes. */
const HOLD_ABOVE = 16 * 1024 * 1024;
const RELEASE_BELOW = 8 * 1024 * 1024;

/** Bytes that were sent to the record worker and are not on disk yet. */
export class DiskBacklog {
  #outstanding = 0;
  #behind = false;
  #waiting: (() => void)[] = [];

  /** @param onBehind whether the disk is behind: while true, stop reading from the socket */
  constructor(private readonly onBehind: (behind: boolean) => void) {}

  /** Resolves when the disk has caught up; undefined if it is not behind. Producers of rows wait for it. */
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

  /** The worker ended, so nothing is waiting any more. */
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
