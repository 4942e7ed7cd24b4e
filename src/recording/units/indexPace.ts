/** Rows per second at which a small machine has no idle core. */
const FLOOD = 100_000;
/**
 * Milliseconds that the thread sleeps for each millisecond of indexing while rows arrive, because receiving and
 * recording come first. It still indexes about 100,000 rows per second, as many as arrive below a flood.
 */
const SLEEP_WHILE_GROWING = 3;
/** The same in a flood: the index falls behind, and catches up afterwards. */
const SLEEP_IN_FLOOD = 31;
/** Milliseconds without new rows after which a recording no longer counts as growing. */
const GROWING = 250;
/** The longest pause in milliseconds, and so the delay after which the end of a flood is noticed. */
const MAX_PAUSE = 250;
/** Milliseconds over which a rate is measured. */
const RATE_INTERVAL = 100;

/**
 * Determines how long an index waits between two steps, by the rate at which its recording grows. Times are in
 * milliseconds.
 */
export class IndexPace {
  #grown = -Infinity;
  #rate = 0;
  /** The start of the interval over which the rate is measured next. */
  #since: { readonly rows: number; readonly now: number } | undefined;

  /** The recording has grown to this number of rows. */
  grew(rows: number, now: number): void {
    // Rows after a pause say nothing about the rate before it.
    if (this.#since === undefined || now - this.#grown >= GROWING) {
      this.#since = { rows, now };
      this.#rate = 0;
    } else if (now - this.#since.now >= RATE_INTERVAL) {
      this.#rate = ((rows - this.#since.rows) / (now - this.#since.now)) * 1000;
      this.#since = { rows, now };
    }
    this.#grown = now;
  }

  /** The pause after a step that took `worked` milliseconds. */
  pause(worked: number, now: number): number {
    if (now - this.#grown >= GROWING) return 0;
    return Math.min(worked * (this.#rate > FLOOD ? SLEEP_IN_FLOOD : SLEEP_WHILE_GROWING), MAX_PAUSE);
  }
}
