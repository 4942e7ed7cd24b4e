import type { RecordingReader } from '../read/reader.ts';
import { IndexBlock } from './indexBlock.ts';

/** Rows per read when searching backwards for the last sent message. */
const STEP = 4_096;

/** The latencies of rows, which must be requested in ascending order. */
export class Latencies {
  /** When the last message was sent or, before the first, the connection opened; in microseconds. */
  #since = 0;

  /** @param first the first requested row; messages sent before it count, too */
  constructor(reader: RecordingReader, first: number) {
    for (let end = first; end > 0; end -= STEP) {
      const from = Math.max(0, end - STEP);
      const block = new IndexBlock({}, undefined, end - from);
      block.read(reader, from, end);
      for (let row = block.rows - 1; row >= 0; row--)
        if (isStart(block.row(row))) {
          this.#since = block.row(row).time;
          return;
        }
    }
  }

  /** @returns milliseconds; undefined for a row that was not received */
  of(row: ReturnType<IndexBlock['row']>): number | undefined {
    const latency = (row.time - this.#since) / 1000;
    if (isStart(row)) this.#since = row.time;
    return row.direction === 'in' ? latency : undefined;
  }
}

/** Whether a latency begins at a row. */
function isStart({ kind, direction }: ReturnType<IndexBlock['row']>): boolean {
  return kind === 'open' || (direction === 'out' && (kind === 'text' || kind === 'binary'));
}
