import type { Query } from '../../shared/queryProtocol.ts';
import { DIRECTIONS, FLAG, KINDS } from '../../shared/timeline.ts';
import type { Direction, Kind } from '../../shared/timeline.ts';
import { AT, ROW_BYTES, getUint64 } from '../layout.ts';
import type { RecordingReader } from '../read/reader.ts';
import type { HitList } from '../../core/search/hitList.ts';

/** Maximum rows per read: one MiB of index. */
const BLOCK_ROWS = 32_768;

/** The lists by which units narrow a search. */
export interface RowGate {
  /** The rows that can match; undefined: all. */
  readonly only: HitList | undefined;
  /** The heartbeats, which `folds` excludes. */
  readonly without: HitList | undefined;
}

/** A message that Duplex sent automatically is excluded only if it has no other flag except compression. */
const FLAWLESS = FLAG.automatic | FLAG.compressed;

interface BlockRow {
  readonly kind: Kind;
  readonly direction: Direction;
  readonly size: number;
  /** Microseconds since the session began. */
  readonly time: number;
}

/** A range of the index as columns, without an object per row. */
export class IndexBlock {
  /** Number of the block's first row. */
  first = 0;
  rows = 0;
  /** The offset of each row's payload, and of the end of the last one. */
  readonly offsets: Float64Array;
  /** Number of rows of the block that only `folds` excludes. */
  folded = 0;
  /** 1 for each row that passes the filter by direction, kind, size and gate. */
  readonly allowed: Uint8Array;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  readonly #directions: Uint8Array;
  readonly #kinds: Uint8Array;
  readonly #minSize: number;
  readonly #maxSize: number;
  readonly #folds: boolean;
  readonly #listed: Uint8Array;

  /**
   * @param only kinds to examine, in addition to the query's filter; undefined: all
   * @param wanted number of rows to search
   * @param gate lists that are complete for all rows that are read
   */
  constructor(
    query: Query,
    only: readonly Kind[] | undefined,
    wanted: number,
    private readonly gate?: RowGate,
  ) {
    const rows = Math.min(BLOCK_ROWS, wanted);
    this.offsets = new Float64Array(rows + 1);
    this.allowed = new Uint8Array(rows);
    this.#bytes = new Uint8Array(rows * ROW_BYTES);
    this.#view = new DataView(this.#bytes.buffer);
    const { directions, kinds, minSize = 0, maxSize = Infinity, folds = false } = query;
    this.#directions = tableOf(DIRECTIONS, 'none', (name) => directions?.includes(name) ?? true);
    this.#kinds = tableOf(
      KINDS,
      'note',
      (name) => (kinds?.includes(name) ?? true) && (only?.includes(name) ?? true),
    );
    this.#minSize = minSize;
    this.#maxSize = maxSize;
    this.#folds = folds;
    this.#listed = new Uint8Array(gate || folds ? rows : 0);
  }

  /** The facts about a row of the block that the index holds. */
  row(row: number): BlockRow {
    const at = row * ROW_BYTES;
    const view = this.#view;
    return {
      kind: KINDS[view.getUint8(at + AT.kind)] ?? 'note',
      direction: DIRECTIONS[view.getUint8(at + AT.direction)] ?? 'none',
      size: getUint64(view, at + AT.size),
      time: getUint64(view, at + AT.time),
    };
  }

  /** Loads the rows from number `first` up to, but not including, number `end`, or as many as fit. */
  read(reader: RecordingReader, first: number, end: number): void {
    const wanted = Math.min(this.allowed.length, end - first);
    this.first = first;
    this.rows = reader.rawRows(this.#bytes.subarray(0, wanted * ROW_BYTES), first);
    const view = this.#view;
    for (let row = 0, at = 0; row < this.rows; row++, at += ROW_BYTES) {
      const size = getUint64(view, at + AT.size);
      this.offsets[row] = getUint64(view, at + AT.offset);
      this.allowed[row] =
        this.#kinds[view.getUint8(at + AT.kind)]! &
        this.#directions[view.getUint8(at + AT.direction)]! &
        (size >= this.#minSize && size <= this.#maxSize ? 1 : 0);
    }
    if (this.rows === 0) return;
    const { only, without } = this.gate ?? {};
    if (only) this.#leave(this.#list(only, 0, 1));
    this.folded = this.#folds ? this.#leave(this.#unfolded(without)) : 0;
    const last = this.rows - 1;
    this.offsets[this.rows] = this.offsets[last]! + view.getUint32(last * ROW_BYTES + AT.stored, true);
  }

  /** @returns a mark per row: `inside` for the rows of a list, `outside` for the others */
  #list(list: HitList, outside: 0 | 1, inside: 0 | 1): Uint8Array {
    const { first, rows } = this;
    const from = list.position(first);
    this.#listed.fill(outside);
    for (const row of list.slice(from, list.position(first + rows) - from))
      this.#listed[row - first] = inside;
    return this.#listed;
  }

  /** @returns a mark per row: 0 for heartbeats and messages that Duplex sent automatically */
  #unfolded(heartbeats: HitList | undefined): Uint8Array {
    const listed = heartbeats ? this.#list(heartbeats, 1, 0) : this.#listed.fill(1);
    for (let row = 0, at = 0; row < this.rows; row++, at += ROW_BYTES) {
      const kind = KINDS[this.#view.getUint8(at + AT.kind)];
      const flags = this.#view.getUint8(at + AT.flags);
      const isChore = kind === 'ping' || kind === 'pong' || (flags & FLAG.automatic) !== 0;
      if ((flags & ~FLAWLESS) !== 0) listed[row] = 1;
      else if (isChore) listed[row] = 0;
    }
    return listed;
  }

  /** Excludes the rows whose mark is 0. @returns their number */
  #leave(marks: Uint8Array): number {
    let left = 0;
    for (let row = 0; row < this.rows; row++) {
      if (this.allowed[row] === 0 || marks[row] === 1) continue;
      this.allowed[row] = 0;
      left++;
    }
    return left;
  }
}

/**
 * The accepted values, by their number on disk. A number of a later version counts as `unknown`, as it does when it is
 * read.
 */
function tableOf<T extends string>(
  names: readonly T[],
  unknown: T,
  passes: (name: T) => boolean,
): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, number) => (passes(names[number] ?? unknown) ? 1 : 0));
}
