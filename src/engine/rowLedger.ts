import type { Extent } from '../shared/recordProtocol.ts';
import type { Unrecorded } from '../shared/session.ts';

type Missing = Pick<Unrecorded, 'messages' | 'bytes'>;

/**
 * The sums of one recorder: rows that passed, rows on disk, rows that a gap row on disk tells of. What is missing follows from
 * them at any time, however often the disk failed in between: rows and gaps together are what passed.
 */
export class RowLedger {
  /** What was on disk before the first row. */
  #start: Extent = { rows: 0, payloadBytes: 0 };
  /** What gap rows on disk tell of. */
  #told: Missing = { messages: 0, bytes: 0 };
  /** The gap rows themselves: they are on disk and did not pass. */
  #gapRows = 0;
  #gapBytes = 0;
  /** Number of the row behind the last gap row. */
  #floor = 0;
  #passedRows = 0;
  #passedBytes = 0;

  /** Rows of before are on disk, and not of this recorder. */
  start(extent: Extent): void {
    this.#start = extent;
    this.#floor = extent.rows;
  }

  /** A row was handed to the recorder. Runs once a message on the receive path. */
  pass(bytes: number): void {
    this.#passedRows++;
    this.#passedBytes += bytes;
  }

  /** Gap row number `row`, of so many bytes, is on disk. */
  tell(row: number, { messages, bytes }: Missing, payloadBytes: number): void {
    this.#told = { messages: this.#told.messages + messages, bytes: this.#told.bytes + bytes };
    this.#gapRows++;
    this.#gapBytes += payloadBytes;
    this.#floor = row + 1;
  }

  /** What passed and is neither on disk nor told of by a gap row. */
  missing({ rows, payloadBytes }: Extent): Missing {
    const onDisk = rows - this.#start.rows - this.#gapRows;
    const bytesOnDisk = payloadBytes - this.#start.payloadBytes - this.#gapBytes;
    return {
      messages: this.#passedRows - onDisk - this.#told.messages,
      bytes: this.#passedBytes - bytesOnDisk - this.#told.bytes,
    };
  }

  /** Rows at the end of the recording that are of this recorder, and no gap row: they may be given up. */
  rowsSinceGap({ rows }: Extent): number {
    return Math.max(0, rows - this.#floor);
  }
}
