import { closeSync, fstatSync } from 'node:fs';
import { join } from 'node:path';
import { DuplexError } from '../../shared/errors.ts';
import type { Extent, SessionManifest } from '../../shared/recordProtocol.ts';
import type { Row } from '../../shared/timeline.ts';
import { diskError } from '../diskError.ts';
import { wholeExtent, Segments } from '../segments.ts';
import { INDEX_FILE, ROW_BYTES, readRow } from '../layout.ts';
import type { IndexRow } from '../layout.ts';
import { readManifest } from '../manifest.ts';
import { readAll, openRegular } from '../regularFile.ts';
import { summaryOf } from './rowDetail.ts';

/** Bytes of a payload that are read for a preview: 256 characters of at most four bytes. */
const PREVIEW_BYTES = 1024;

/** Bytes that are read for the details of rows that are not messages: more, because their JSON is parsed. */
const DETAIL_BYTES = 128 * 1024;

const PAGE_BYTES = 4 * 1024 * 1024;

/** Maximum distance in bytes between two payloads whose previews share one read. */
const READ_GAP = 4096;

/** Reads a recording, even while it grows. It changes nothing on disk. Rows are numbered from 0. */
export class RecordingReader {
  private constructor(
    readonly folder: string,
    readonly manifest: SessionManifest,
    private readonly index: number,
    private readonly segments: Segments,
  ) {}

  /** @throws DuplexError `file.invalid` if the folder is not a recording, `disk.denied` if it cannot be read */
  static open(folder: string): RecordingReader {
    const manifest = readManifest(folder);
    const file = join(folder, INDEX_FILE);
    try {
      return new RecordingReader(
        folder,
        manifest,
        openRegular(file, 'read'),
        new Segments(folder, manifest.segmentBytes, 'read'),
      );
    } catch (error) {
      throw diskError(error, file);
    }
  }

  /** The extent of the complete rows now on disk, without a torn tail. */
  extent(): Extent {
    return wholeExtent(this.index, this.segments);
  }

  /** Bytes after the last complete row: the remains of a crash, or a write in progress. */
  tornBytes(): number {
    const { rows, payloadBytes } = this.extent();
    const indexBytes = fstatSync(this.index).size - rows * ROW_BYTES;
    return indexBytes + Math.max(0, this.segments.size() - payloadBytes);
  }

  /** @throws DuplexError `call.invalid` if the row does not exist */
  row(seq: number): IndexRow {
    const [row] = this.#indexRows(seq, 1);
    if (row === undefined) throw new DuplexError('call.invalid', `There is no row ${seq} in ${this.folder}.`);
    return row;
  }

  /** Up to `count` rows from number `from` on; fewer at the end. */
  rows(from: number, count: number): Row[] {
    const rows = this.#indexRows(from, count);
    const previews = this.#previews(rows);
    return rows.map(({ time, kind, direction, size, stored, flags }, i) => {
      const preview = summaryOf(kind, previews[i] ?? new Uint8Array(0));
      return { seq: from + i, time, kind, direction, size, stored, flags, preview };
    });
  }

  /**
   * Up to `count` rows with their whole stored payloads, from number `from` on; at most PAGE_BYTES, unless a single row
   * is larger. Empty at the end.
   */
  page(from: number, count: number): { row: IndexRow; payload: Uint8Array }[] {
    const rows = this.#indexRows(from, count);
    const start = rows[0]?.offset ?? 0;
    let fitting = rows.findIndex((row) => row.offset + row.stored - start > PAGE_BYTES);
    if (fitting < 0) fitting = rows.length;
    const page = rows.slice(0, Math.max(1, fitting));
    const last = page.at(-1);
    const bytes = new Uint8Array(last === undefined ? 0 : last.offset + last.stored - start);
    this.segments.read(bytes, start);
    return page.map((row) => {
      const at = row.offset - start;
      return { row, payload: bytes.subarray(at, at + row.stored) };
    });
  }

  /** Bytes of one row's stored payload, from offset `from` on; fewer than `length` at its end. */
  payload(seq: number, from = 0, length = Number.MAX_SAFE_INTEGER): Uint8Array<ArrayBuffer> {
    const row = this.row(seq);
    const bytes = new Uint8Array(Math.max(0, Math.min(length, row.stored - from)));
    const read = this.segments.read(bytes, row.offset + from);
    if (read < bytes.length)
      throw new DuplexError(
        'file.invalid',
        `The payload of row ${seq} is missing in ${this.folder}: its file was cut.`,
      );
    return bytes;
  }

  /** The number of rows in the index, including those whose payload is missing. */
  indexRows(): number {
    return Math.floor(fstatSync(this.index).size / ROW_BYTES);
  }

  /** Fills `bytes` with rows in their disk format, from number `from` on. @returns the number of rows */
  rawRows(bytes: Uint8Array, from: number): number {
    return Math.floor(readAll(this.index, bytes, from * ROW_BYTES) / ROW_BYTES);
  }

  /**
   * Fills `bytes` with payload, from byte `offset` across all segments.
   * @throws DuplexError `file.invalid` if the files end before
   */
  rawPayload(bytes: Uint8Array, offset: number): void {
    if (this.segments.read(bytes, offset) === bytes.length) return;
    throw new DuplexError('file.invalid', `Payloads are missing in ${this.folder}: its files were cut.`);
  }

  close(): void {
    closeSync(this.index);
    this.segments.close();
  }

  #indexRows(from: number, count: number): IndexRow[] {
    const bytes = new Uint8Array(count * ROW_BYTES);
    const read = readAll(this.index, bytes, from * ROW_BYTES);
    const view = new DataView(bytes.buffer);
    return Array.from({ length: Math.floor(read / ROW_BYTES) }, (_, i) => readRow(view, i));
  }

  /** The beginnings of the rows' payloads. Small neighbours share a read; each large message needs its own. */
  #previews(rows: readonly IndexRow[]): Uint8Array[] {
    const wanted = rows.map((row) => {
      const message = row.direction !== 'none' && row.kind !== 'close';
      return { from: row.offset, length: Math.min(row.stored, message ? PREVIEW_BYTES : DETAIL_BYTES) };
    });
    const previews: Uint8Array[] = [];
    for (let first = 0; first < wanted.length;) {
      const start = wanted[first]!.from;
      let end = start;
      let next = first;
      for (; next < wanted.length && wanted[next]!.from <= end + READ_GAP; next++)
        end = wanted[next]!.from + wanted[next]!.length;
      const bytes = new Uint8Array(end - start);
      this.segments.read(bytes, start);
      for (; first < next; first++) {
        const at = wanted[first]!.from - start;
        previews.push(bytes.subarray(at, at + wanted[first]!.length));
      }
    }
    return previews;
  }
}

/**
 * Number of the first row at or after a time in microseconds, among the first `rows` rows; `rows` if there is none.
 * Times ascend, so this is a binary search.
 */
export function rowAtTime(reader: RecordingReader, time: number, rows: number): number {
  let low = 0;
  let high = rows;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (reader.row(middle).time < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
