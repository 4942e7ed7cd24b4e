import type { Extent } from '../shared/recordProtocol.ts';
import type { Unrecorded } from '../shared/session.ts';
import type { NoteDetail } from '../shared/timeline.ts';

type Missing = Pick<Unrecorded, 'messages' | 'bytes'>;

/** A gap row that is being written. */
export interface PendingGap {
  readonly row: number;
  readonly time: number;
  readonly detail: NoteDetail & Missing;
  readonly payloadBytes: number;
}

/**
 * The counts of one recorder: appended rows, rows on disk, and rows that gap rows on disk account for. They
 * give the number of missing rows at any time, however often the disk failed: rows on disk and rows accounted
 * for add up to all rows.
 */
export class RowLedger {
  /** Rows on disk before the first row. */
  #start: Extent = { rows: 0, payloadBytes: 0 };
  /** Rows that gap rows on disk account for. */
  #accounted: Missing = { messages: 0, bytes: 0 };
  /** The number of gap rows: they are on disk but were not appended. */
  #gapRows = 0;
  #gapBytes = 0;
  /** Number of the row after the last gap row. */
  #floor = 0;
  #passedRows = 0;
  #passedBytes = 0;

  /** Begins after the rows that are already on disk, which do not belong to this recorder. */
  start(extent: Extent): void {
    this.#start = extent;
    this.#floor = extent.rows;
  }

  /** Counts a row that the recorder received. Runs once per message on the receive path. */
  pass(bytes: number): void {
    this.#passedRows++;
    this.#passedBytes += bytes;
  }

  /** Counts a gap row that is on disk as number `row`, with this many bytes. */
  accountFor(row: number, { messages, bytes }: Missing, payloadBytes: number): void {
    this.#accounted = { messages: this.#accounted.messages + messages, bytes: this.#accounted.bytes + bytes };
    this.#gapRows++;
    this.#gapBytes += payloadBytes;
    this.#floor = row + 1;
  }

  /** Rows that are neither on disk nor in a gap row. */
  missing({ rows, payloadBytes }: Extent): Missing {
    const onDisk = rows - this.#start.rows - this.#gapRows;
    const bytesOnDisk = payloadBytes - this.#start.payloadBytes - this.#gapBytes;
    return {
      messages: this.#passedRows - onDisk - this.#accounted.messages,
      bytes: this.#passedBytes - bytesOnDisk - this.#accounted.bytes,
    };
  }

  /**
   * The number of rows at the end of the recording that this recorder wrote and that are not gap rows: they
   * may be given up.
   */
  rowsSinceGap({ rows }: Extent): number {
    return Math.max(0, rows - this.#floor);
  }
}
