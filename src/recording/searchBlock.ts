import type { Query } from '../shared/queryProtocol.ts';
import { DIRECTIONS, KINDS } from '../shared/timeline.ts';
import type { Kind } from '../shared/timeline.ts';
import { AT, ROW_BYTES, getUint64 } from './layout.ts';
import type { RecordingReader } from './reader.ts';

/** Rows that are read at a time at most: one MiB of index. */
const BLOCK_ROWS = 32_768;

/** A stretch of the index as columns: no object a row. */
export class SearchBlock {
  /** Number of its first row. */
  first = 0;
  rows = 0;
  /** Where each row's payload begins; it ends where the next one begins, which the last row has too. */
  readonly offsets: Float64Array;
  /** 1 for each row that direction, kind and size let through. */
  readonly allowed: Uint8Array;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  readonly #directions: Uint8Array;
  readonly #kinds: Uint8Array;
  readonly #minSize: number;
  readonly #maxSize: number;

  /**
   * @param only kinds besides those of the query that are looked at; undefined: all
   * @param wanted rows that there are to look at
   */
  constructor(query: Query, only: readonly Kind[] | undefined, wanted: number) {
    const rows = Math.min(BLOCK_ROWS, wanted);
    this.offsets = new Float64Array(rows + 1);
    this.allowed = new Uint8Array(rows);
    this.#bytes = new Uint8Array(rows * ROW_BYTES);
    this.#view = new DataView(this.#bytes.buffer);
    const { directions, kinds, minSize = 0, maxSize = Infinity } = query;
    this.#directions = tableOf(DIRECTIONS, 'none', (name) => directions?.includes(name) ?? true);
    this.#kinds = tableOf(
      KINDS,
      'note',
      (name) => (kinds?.includes(name) ?? true) && (only?.includes(name) ?? true),
    );
    this.#minSize = minSize;
    this.#maxSize = maxSize;
  }

  /** Fills it with the rows from number `first` up to, not including, number `end`, or as many as it can hold. */
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
    const last = this.rows - 1;
    this.offsets[this.rows] = this.offsets[last]! + view.getUint32(last * ROW_BYTES + AT.stored, true);
  }
}

/** What is let through, by the number on disk; a number of a later version counts as `unknown`, as when it is read. */
function tableOf<T extends string>(
  names: readonly T[],
  unknown: T,
  passes: (name: T) => boolean,
): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, number) => (passes(names[number] ?? unknown) ? 1 : 0));
}
