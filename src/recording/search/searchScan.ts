import { foldAscii } from '../../core/search/compilePlain.ts';
import { HitList } from '../../core/search/hitList.ts';
import type { TextMatcher } from '../../core/search/textMatcher.ts';
import type { Query } from '../../shared/queryProtocol.ts';
import type { RecordingReader } from '../read/reader.ts';
import { SearchBlock, CHUNK_BYTES, holdsNeedle, markRows } from './searchBlock.ts';

/** Bytes of a row that become one string at most, for what cannot be found in bytes. */
const MAX_SEARCHED_TEXT = 256 * 1024 * 1024;

export interface ScanOptions {
  readonly query: Query;
  /** Of the query's text; undefined where it has none. */
  readonly matcher: TextMatcher | undefined;
  /** The first row to look at. */
  readonly from: number;
  /** Runs one trial of the pattern on a row: core/search/watch.ts. */
  readonly attempt: (row: number, trial: () => boolean) => boolean;
}

/** What a run works in. It is freed at the end of the run: many searches of live sessions wait for rows at a time. */
interface Space {
  readonly block: SearchBlock;
  readonly marked: Uint8Array;
  bytes: Buffer;
  folded: Buffer;
}

const NOTHING = Buffer.alloc(0);

/** What a row of a block is marked with: as one that is let through, unless bytes decide. */
const TO_TRY = 1;
const PROVEN = 2;

/** One pass over a recording, which may go on when it has grown. */
export class SearchScan {
  readonly hits = new HitList();
  #next: number;
  #skipped = 0;

  constructor(
    private readonly reader: RecordingReader,
    private readonly options: ScanOptions,
  ) {
    this.#next = options.from;
  }

  /** The first row that was not looked at yet. */
  get next(): number {
    return this.#next;
  }

  /** Rows that the pattern could not be tried on. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Looks at the rows up to, not including, number `end`. Yields after a chunk of bytes and after each trial. */
  *run(end: number): Generator<void> {
    const { query, matcher } = this.options;
    const block = new SearchBlock(query, matcher?.kinds, end - this.#next);
    const marked = new Uint8Array(block.allowed.length);
    const space: Space = { block, marked, bytes: NOTHING, folded: NOTHING };
    while (this.#next < end) {
      block.read(this.reader, this.#next, end);
      if (block.rows === 0) return;
      if (matcher) yield* this.#searchPayloads(matcher, space);
      else this.#take(block, block.allowed, 0, block.rows);
      this.#next = block.first + block.rows;
      yield;
    }
  }

  #take({ first }: SearchBlock, which: Uint8Array, from: number, to: number): void {
    for (let row = from; row < to; row++) if (which[row] !== 0) this.hits.push(first + row);
  }

  *#searchPayloads(matcher: TextMatcher, space: Space): Generator<void> {
    const { rows, offsets, allowed, first } = space.block;
    for (let from = 0; from < rows;) {
      if (allowed[from] === 0) {
        from++;
        continue;
      }
      let to = from + 1;
      while (to < rows && offsets[to + 1]! - offsets[from]! <= CHUNK_BYTES) to++;
      if (offsets[to]! - offsets[from]! > CHUNK_BYTES) yield* this.#searchLarge(matcher, space, from);
      else yield* this.#searchSmall(matcher, space, from, to);
      from = to;
      this.#next = first + to;
      yield;
    }
  }

  /** Rows that fit in one chunk together. */
  *#searchSmall(matcher: TextMatcher, space: Space, from: number, to: number): Generator<void> {
    const { block } = space;
    const { offsets, allowed } = block;
    while (allowed[to - 1] === 0) to--;
    const start = offsets[from]!;
    const bytes = this.#read(space, start, offsets[to]! - start);
    const marked = matcher.hints ? this.#mark(matcher, matcher.hints, space, bytes, from, to) : allowed;
    if (matcher.hints?.length === 0) return this.#take(block, marked, from, to);
    for (let row = from; row < to; row++) {
      if (marked[row] === PROVEN) this.hits.push(block.first + row);
      if (marked[row] !== TO_TRY) continue;
      this.#try(matcher, block.first + row, bytes, offsets[row]! - start, offsets[row + 1]! - start);
      yield;
    }
  }

  #read(space: Space, offset: number, length: number): Buffer {
    if (space.bytes.length < length) space.bytes = Buffer.allocUnsafeSlow(length);
    const bytes = space.bytes.subarray(0, length);
    this.reader.rawPayload(bytes, offset);
    return bytes;
  }

  #mark(
    { proofs, fold }: TextMatcher,
    hints: readonly Uint8Array[],
    space: Space,
    bytes: Buffer,
    from: number,
    to: number,
  ): Uint8Array {
    let searched = bytes;
    if (fold) {
      if (space.folded.length < bytes.length) space.folded = Buffer.allocUnsafeSlow(bytes.length);
      searched = space.folded.subarray(0, bytes.length);
      foldAscii(bytes, searched);
    }
    const { block, marked } = space;
    marked.fill(0, from, to);
    for (const proof of proofs) markRows(searched, proof, block, from, to, marked, PROVEN);
    for (const hint of hints) markRows(searched, hint, block, from, to, marked, TO_TRY);
    return marked;
  }

  /** One row that is larger than a chunk. */
  *#searchLarge(matcher: TextMatcher, { block }: Space, row: number): Generator<void> {
    const offset = block.offsets[row]!;
    const stored = block.offsets[row + 1]! - offset;
    const { proofs, hints, fold } = matcher;
    if (yield* holdsNeedle(this.reader, offset, stored, proofs, fold))
      return this.hits.push(block.first + row);
    if (hints && !(yield* holdsNeedle(this.reader, offset, stored, hints, fold))) return;
    if (stored > MAX_SEARCHED_TEXT) {
      this.#skipped++;
      return;
    }
    const bytes = Buffer.allocUnsafeSlow(stored);
    for (let at = 0; at < stored; at += CHUNK_BYTES) {
      this.reader.rawPayload(bytes.subarray(at, at + CHUNK_BYTES), offset + at);
      yield;
    }
    this.#try(matcher, block.first + row, bytes, 0, stored);
  }

  #try(matcher: TextMatcher, number: number, bytes: Buffer, start: number, end: number): void {
    const subject = matcher.subject(bytes.toString('utf8', start, end));
    if (subject === undefined) return;
    try {
      if (this.options.attempt(number, () => matcher.test(subject))) this.hits.push(number);
    } catch (error) {
      // What a server sent may be more than an engine can hold; the other rows are searched all the same.
      if (!(error instanceof RangeError)) throw error;
      this.#skipped++;
    }
  }
}
