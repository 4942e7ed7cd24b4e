import { lowerAscii } from '../../core/search/compilePlain.ts';
import { HitList, lastAtMost } from '../../core/search/hitList.ts';
import type { TextMatcher } from '../../core/search/textMatcher.ts';
import type { Query } from '../../shared/queryProtocol.ts';
import type { RecordingReader } from '../read/reader.ts';
import { Latencies } from './latencies.ts';
import { IndexBlock, type RowGate } from './indexBlock.ts';
import { CHUNK_BYTES, holdsNeedle, markRows, Needle } from './payloadChunk.ts';

/** Maximum bytes of a row that become one string, for patterns that cannot be searched as bytes. */
const MAX_SEARCHED_TEXT = 256 * 1024 * 1024;

export interface ScanOptions {
  readonly query: Query;
  /** The compiled text of the query; undefined if it has none. */
  readonly matcher: TextMatcher | undefined;
  /** The first row to search. */
  readonly from: number;
  /** Lists that are complete for the rows that a run searches. */
  readonly gate?: RowGate;
  /** Runs one attempt of the pattern on a row: core/search/watch.ts. */
  readonly attempt: (row: number, test: () => boolean) => boolean;
}

/** The buffers of a run. They are freed at its end, because searches of live sessions mostly wait for rows. */
interface Space {
  readonly block: IndexBlock;
  readonly marked: Uint8Array;
  bytes: Buffer;
  lowered: Buffer;
  /** The payloads of many rows. A separate buffer, because the rows that contain a needle are examined in between. */
  skimmed: Buffer;
}

/** Rows with a needle in one chunk at which it is cheaper to examine all its rows than to find each. */
const RARE = 16;

/** Blocks that are then examined row by row before the fast path is tried again. */
const DENSE_BLOCKS = 16;

const NOTHING = Buffer.alloc(0);

/** Marks of a row. `TO_TRY` equals the 1 of `allowed`, which serves as the marks if there are no hints. */
const TO_TRY = 1;
const PROVEN = 2;

/** One pass over a recording, which can continue when the recording grows. */
export class SearchScan {
  readonly hits = new HitList();
  #next: number;
  /** Set if the matcher needs facts. */
  #latencies: Latencies | undefined;
  #skipped = 0;
  #folded = 0;
  readonly #proofs: readonly Needle[];
  /** The matcher's hints; undefined if a row without any hint may match, too. */
  readonly #hints: readonly Needle[] | undefined;
  /** Blocks that remain to be examined row by row. */
  #dense = 0;

  constructor(
    private readonly reader: RecordingReader,
    private readonly options: ScanOptions,
  ) {
    this.#next = options.from;
    this.#proofs = (options.matcher?.proofs ?? []).map((bytes) => new Needle(bytes));
    this.#hints = options.matcher?.hints?.map((bytes) => new Needle(bytes));
  }

  /** The first row that is not examined yet. */
  get next(): number {
    return this.#next;
  }

  /** Rows on which the pattern could not be tried. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Rows that the query folds, if it has no text. */
  get folded(): number {
    return this.#folded;
  }

  /** Searches the rows up to, but not including, number `end`. Yields after each chunk of bytes and each attempt. */
  *run(end: number): Generator<void> {
    const { query, matcher, gate } = this.options;
    const block = new IndexBlock(query, matcher?.kinds, end - this.#next, gate);
    const marked = new Uint8Array(block.allowed.length);
    const space: Space = { block, marked, bytes: NOTHING, lowered: NOTHING, skimmed: NOTHING };
    const needles = this.#hints && [...this.#proofs, ...this.#hints];
    // If the files were cut, they have fewer rows than announced.
    const there = Math.min(end, this.reader.indexRows());
    while (this.#next < there) {
      const isSkimmed =
        needles !== undefined && this.#dense-- <= 0 && (yield* this.#skim(matcher!, needles, space, there));
      if (!isSkimmed) yield* this.#searchBlock(space, there);
    }
  }

  /** Searches the next rows before number `end`, as many as a block holds. */
  *#searchBlock(space: Space, end: number): Generator<void> {
    const { block } = space;
    const { matcher } = this.options;
    block.read(this.reader, this.#next, end);
    if (matcher?.testFacts) this.#searchFacts(matcher.testFacts, block);
    else if (matcher) yield* this.#searchPayloads(matcher, space);
    else this.#take(block, block.allowed, 0, block.rows);
    this.#folded += block.folded;
    this.#next = block.first + block.rows;
    yield;
  }

  /**
   * Searches the payloads of many rows at once, and reads the index only at a match, so a rare word costs little more
   * than reading the payloads. If matches are frequent, the next blocks are searched row by row.
   * @returns false if the next row is too large, so that nothing was searched
   */
  *#skim(
    matcher: TextMatcher,
    needles: readonly Needle[],
    space: Space,
    end: number,
  ): Generator<void, boolean> {
    const { reader } = this;
    const from = this.#next;
    const start = rowBytes(reader, from).offset;
    const to = rowBehind(reader, from, end, start + CHUNK_BYTES);
    if (to === from) return false;
    const last = rowBytes(reader, to - 1);
    const bytes = this.#skimmedBytes(matcher, space, start, last.end - start);
    const next = needles.map((needle) => needle.indexIn(bytes));
    let found = 0;
    for (;;) {
      const at = Math.min(...next.map((position) => (position < 0 ? Infinity : position)));
      if (at === Infinity) break;
      this.#next = rowHolding(reader, this.#next, to, start + at);
      if (++found > RARE) {
        this.#dense = DENSE_BLOCKS;
        return true;
      }
      yield* this.#searchBlock(space, this.#next + 1);
      if (this.#next >= to) return true;
      const passed = rowBytes(reader, this.#next).offset - start;
      for (const [i, needle] of needles.entries())
        if (next[i]! >= 0 && next[i]! < passed) next[i] = needle.indexIn(bytes, passed);
    }
    this.#next = to;
    yield;
    return true;
  }

  #skimmedBytes({ ignoresCase }: TextMatcher, space: Space, offset: number, length: number): Buffer {
    if (space.skimmed.length < length) space.skimmed = Buffer.allocUnsafeSlow(length);
    const bytes = space.skimmed.subarray(0, length);
    this.reader.rawPayload(bytes, offset);
    if (ignoresCase) lowerAscii(bytes, bytes);
    return bytes;
  }

  #take({ first }: IndexBlock, which: Uint8Array, from: number, to: number): void {
    for (let row = from; row < to; row++) if (which[row] !== 0) this.hits.push(first + row);
  }

  #searchFacts(test: NonNullable<TextMatcher['testFacts']>, block: IndexBlock): void {
    const latencies = (this.#latencies ??= new Latencies(this.reader, block.first));
    for (let at = 0; at < block.rows; at++) {
      const row = block.row(at);
      const latency = latencies.of(row);
      if (block.allowed[at] === 0) continue;
      const number = block.first + at;
      const { kind, size } = row;
      if (this.options.attempt(number, () => test({ kind, size, latency }))) this.hits.push(number);
    }
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

  /** Searches rows that together fit into one chunk. */
  *#searchSmall(matcher: TextMatcher, space: Space, from: number, to: number): Generator<void> {
    const { block } = space;
    const { offsets, allowed } = block;
    while (allowed[to - 1] === 0) to--;
    const start = offsets[from]!;
    const bytes = this.#read(space, start, offsets[to]! - start);
    const marked = matcher.hints ? this.#mark(matcher, this.#hints ?? [], space, bytes, from, to) : allowed;
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
    { ignoresCase }: TextMatcher,
    hints: readonly Needle[],
    space: Space,
    bytes: Buffer,
    from: number,
    to: number,
  ): Uint8Array {
    let searched = bytes;
    if (ignoresCase) {
      if (space.lowered.length < bytes.length) space.lowered = Buffer.allocUnsafeSlow(bytes.length);
      searched = space.lowered.subarray(0, bytes.length);
      lowerAscii(bytes, searched);
    }
    const { block, marked } = space;
    marked.fill(0, from, to);
    for (const proof of this.#proofs) markRows(searched, proof, block, from, to, marked, PROVEN);
    for (const hint of hints) markRows(searched, hint, block, from, to, marked, TO_TRY);
    return marked;
  }

  /** Searches one row that is larger than a chunk. */
  *#searchLarge(matcher: TextMatcher, { block }: Space, row: number): Generator<void> {
    const offset = block.offsets[row]!;
    const stored = block.offsets[row + 1]! - offset;
    const { ignoresCase } = matcher;
    const hints = this.#hints;
    if (yield* holdsNeedle(this.reader, offset, stored, this.#proofs, ignoresCase))
      return this.hits.push(block.first + row);
    if (hints && !(yield* holdsNeedle(this.reader, offset, stored, hints, ignoresCase))) return;
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
      // A message may exceed the engine's limits; the other rows are still searched.
      if (!(error instanceof RangeError)) throw error;
      this.#skipped++;
    }
  }
}

/** The range of a row's payload across all segments. */
function rowBytes(reader: RecordingReader, row: number): { offset: number; end: number } {
  const { offset, stored } = reader.row(row);
  return { offset, end: offset + stored };
}

/** Among the rows from `low` up to, but not including, `high`: the last one that begins at or before an offset. */
function rowHolding(reader: RecordingReader, low: number, high: number, offset: number): number {
  return low + lastAtMost(high - low, (i) => rowBytes(reader, low + i).offset, offset);
}

/** Number of the row after the last one that ends at or before an offset; `low` if the first one does not. */
function rowBehind(reader: RecordingReader, low: number, high: number, offset: number): number {
  const row = rowHolding(reader, low, high, offset);
  return rowBytes(reader, row).end <= offset ? row + 1 : row;
}
