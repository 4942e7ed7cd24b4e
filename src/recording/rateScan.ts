import type { Rates } from '../shared/timelineProtocol.ts';
import { ROW_BYTES } from './layout.ts';
import { RateBuckets } from './rateBuckets.ts';
import type { RecordingReader } from './reader.ts';

/** Rows that are read at a time. */
const BLOCK_ROWS = 65_536;

/** Counts the messages of a recording over time, and goes on where it stopped when the recording has grown. */
export class RateScan {
  readonly #buckets = new RateBuckets();
  #next: number;

  /** @param from number of the first row that counts */
  constructor(readonly from: number) {
    this.#next = from;
  }

  /**
   * Looks at rows that were not looked at yet, up to but not including number `end`, for about `patience` milliseconds.
   * @param reader of the same recording each time
   */
  run(reader: RecordingReader, end: number, patience: number): Rates {
    const until = performance.now() + patience;
    if (this.#next < end) {
      const block = new Uint8Array(Math.min(BLOCK_ROWS, end - this.#next) * ROW_BYTES);
      const view = new DataView(block.buffer);
      do {
        const rows = Math.min(reader.rawRows(block, this.#next), end - this.#next);
        // Fewer rows than were said to be there: the files were cut.
        if (rows === 0) break;
        this.#buckets.add(view, rows);
        this.#next += rows;
      } while (this.#next < end && performance.now() < until);
    }
    return this.#buckets.rates(this.#next);
  }
}
