import type { Rates, RateSeries } from '../../shared/timelineProtocol.ts';
import { ROW_BYTES, AT, getUint64 } from '../layout.ts';
import type { RecordingReader } from './reader.ts';
import { DIRECTIONS, KINDS } from '../../shared/timeline.ts';

/** Rows per read. */
const BLOCK_ROWS = 65_536;

/** Counts the messages of a recording over time, and continues when the recording grows. */
export class RateScan {
  readonly #buckets = new RateBuckets();
  #next: number;

  /** @param from number of the first row to count */
  constructor(readonly from: number) {
    this.#next = from;
  }

  /**
   * Counts new rows up to, but not including, number `end`, for about `patience` milliseconds.
   * @param reader a reader of the same recording at each call
   */
  run(reader: RecordingReader, end: number, patience: number): Rates {
    const until = performance.now() + patience;
    if (this.#next < end) {
      const block = new Uint8Array(Math.min(BLOCK_ROWS, end - this.#next) * ROW_BYTES);
      const view = new DataView(block.buffer);
      do {
        const rows = Math.min(reader.rawRows(block, this.#next), end - this.#next);
        // The files were cut, so they have fewer rows than announced.
        if (rows === 0) break;
        this.#buckets.add(view, rows);
        this.#next += rows;
      } while (this.#next < end && performance.now() < until);
    }
    return this.#buckets.rates(this.#next);
  }
}

const MAX_BUCKETS = 512;

/** Microseconds. A bucket is 125 ms wide at first; after doubling three times it is a second. */
const SECOND = 1_000_000;
const LEAST_WIDTH = SECOND / 8;

const TEXT = KINDS.indexOf('text');
const BINARY = KINDS.indexOf('binary');
const IN = DIRECTIONS.indexOf('in');
const OUT = DIRECTIONS.indexOf('out');

/**
 * Counts messages over time in a bounded number of buckets of one width, which doubles whenever they no longer suffice.
 * The cost depends on the added rows, not on earlier ones. A bucket longer than a second also keeps its least busy and
 * its busiest second, so that averages hide neither bursts nor silence.
 */
export class RateBuckets {
  readonly #in = new Direction();
  readonly #out = new Direction();
  #width = LEAST_WIDTH;
  /** The start of bucket 0; undefined before the first row. */
  #start: number | undefined;
  #end = 0;
  /** The bucket and the second of the last row, and the time at which the next second begins. */
  #bucket = 0;
  #second = 0;
  #until = 0;

  /** Adds the first rows of a view over rows of index.bin. Their times ascend. */
  add(view: DataView, rows: number): void {
    for (let at = 0; at < rows * ROW_BYTES; at += ROW_BYTES) {
      const time = getUint64(view, at + AT.time);
      if (time >= this.#until) this.#advance(time);
      this.#end = time;
      const kind = view.getUint8(at + AT.kind);
      if (kind !== TEXT && kind !== BINARY) continue;
      const direction = view.getUint8(at + AT.direction);
      if (direction === IN) this.#in.count(this.#bucket);
      else if (direction === OUT) this.#out.count(this.#bucket);
    }
  }

  /** @param next number of the row after the last added one */
  rates(next: number): Rates {
    const buckets = this.#start === undefined ? 0 : this.#bucket + 1;
    const read = (direction: Direction): RateSeries => direction.read(buckets, this.#width);
    return {
      next,
      start: this.#start ?? 0,
      width: this.#width,
      end: this.#end,
      in: read(this.#in),
      out: read(this.#out),
    };
  }

  #advance(time: number): void {
    this.#start ??= Math.floor(time / LEAST_WIDTH) * LEAST_WIDTH;
    const since = time - this.#start;
    while (since >= this.#width * MAX_BUCKETS) this.#double();
    const second = Math.floor(since / SECOND);
    if (this.#width > SECOND && second > this.#second) {
      const seconds = this.#width / SECOND;
      for (const direction of [this.#in, this.#out]) direction.endSecond(this.#second, second, seconds);
    }
    this.#second = second;
    this.#bucket = Math.floor(since / this.#width);
    const step = Math.min(this.#width, SECOND);
    this.#until = this.#start + (Math.floor(since / step) + 1) * step;
  }

  #double(): void {
    // From here on, the seconds within a bucket are counted separately; until now each bucket was at most a second.
    const wasSecond = this.#width === SECOND;
    for (const direction of [this.#in, this.#out]) direction.double(wasSecond ? this.#bucket : undefined);
    this.#width *= 2;
    this.#bucket = Math.floor(this.#bucket / 2);
  }
}

/** The messages of one direction. */
class Direction {
  readonly #total = new Float64Array(MAX_BUCKETS);
  /** Messages in the least busy and the busiest complete second; Infinity and 0 before the first one. */
  readonly #min = new Float64Array(MAX_BUCKETS).fill(Infinity);
  readonly #max = new Float64Array(MAX_BUCKETS);
  /** Messages in the current second. */
  #running = 0;

  count(bucket: number): void {
    this.#total[bucket]!++;
    this.#running++;
  }

  /** Ends `second`, and the silent seconds up to `next`. */
  endSecond(second: number, next: number, perBucket: number): void {
    const bucket = Math.floor(second / perBucket);
    this.#min[bucket] = Math.min(this.#min[bucket]!, this.#running);
    this.#max[bucket] = Math.max(this.#max[bucket]!, this.#running);
    this.#running = 0;
    if (next === second + 1) return;
    const last = Math.min(Math.floor((next - 1) / perBucket), MAX_BUCKETS - 1);
    for (let silent = Math.floor((second + 1) / perBucket); silent <= last; silent++) this.#min[silent] = 0;
  }

  /** @param second the current second, if each bucket was a second so far */
  double(second: number | undefined): void {
    if (second !== undefined) {
      this.#running = this.#total[second]!;
      for (let i = 0; i < second; i++) this.#min[i] = this.#max[i] = this.#total[i]!;
    }
    for (let i = 0; i < MAX_BUCKETS; i++) {
      const isHalf = i < MAX_BUCKETS / 2;
      this.#total[i] = isHalf ? this.#total[2 * i]! + this.#total[2 * i + 1]! : 0;
      this.#min[i] = isHalf ? Math.min(this.#min[2 * i]!, this.#min[2 * i + 1]!) : Infinity;
      this.#max[i] = isHalf ? Math.max(this.#max[2 * i]!, this.#max[2 * i + 1]!) : 0;
    }
  }

  read(buckets: number, width: number): RateSeries {
    const perSecond = SECOND / width;
    const mean = Array.from(this.#total.subarray(0, buckets), (total) => total * perSecond);
    if (width <= SECOND) return { mean, min: mean, max: mean };
    const min = Array.from(this.#min.subarray(0, buckets), (least) =>
      least === Infinity ? this.#running : least,
    );
    const max = Array.from(this.#max.subarray(0, buckets));
    if (buckets > 0) max[buckets - 1] = Math.max(max[buckets - 1]!, this.#running);
    return { mean, min, max };
  }
}
