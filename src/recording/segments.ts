import { closeSync, fstatSync, ftruncateSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { diskError } from './diskError.ts';
import { segmentFile, ROW_BYTES, readRow } from './layout.ts';
import { openRegular, readAll, writePieces } from './regularFile.ts';
import type { Extent } from '../shared/recordProtocol.ts';

/**
 * The payload files of one recording as one range of bytes. Files are opened on first use; a range that crosses the end
 * of a segment continues in the next one.
 */
export class Segments {
  readonly #open = new Map<number, number>();

  /** @param access `write` creates missing files */
  constructor(
    private readonly folder: string,
    private readonly segmentBytes: number,
    private readonly access: 'read' | 'write',
  ) {}

  /**
   * Writes pieces end to end from `offset` on. A partial write after a failure lies beyond the extent and is cut later.
   * @returns the bytes written
   */
  write(pieces: readonly Uint8Array[], offset: number): number {
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (length === 0) return 0;
    const segment = Math.floor(offset / this.segmentBytes);
    const at = offset % this.segmentBytes;
    // Usually one write: all pieces are in one segment.
    if (at + length <= this.segmentBytes) this.#write(segment, pieces, at);
    else {
      let next = offset;
      for (const piece of pieces) {
        this.#eachPart(next, piece.length, (part, start, from, bytes) =>
          this.#write(part, [piece.subarray(from, from + bytes)], start),
        );
        next += piece.length;
      }
    }
    return length;
  }

  #write(segment: number, pieces: readonly Uint8Array[], at: number): void {
    try {
      writePieces(this.#file(segment), pieces, at);
    } catch (error) {
      throw diskError(error, join(this.folder, segmentFile(segment)));
    }
  }

  /** Fills `bytes` from `offset`. @returns the number of bytes read */
  read(bytes: Uint8Array, offset: number): number {
    let done = 0;
    this.#eachPart(offset, bytes.length, (segment, at, from, length) => {
      if (done === from) done += readAll(this.#file(segment), bytes.subarray(from, from + length), at);
    });
    return done;
  }

  /** Contiguous bytes on disk, from the first segment on. */
  size(): number {
    let size = 0;
    for (let segment = 0; this.#exists(segment); segment++) {
      const here = fstatSync(this.#file(segment)).size;
      size += Math.min(here, this.segmentBytes);
      if (here < this.segmentBytes) break;
    }
    return size;
  }

  /** Removes all bytes from `offset` on. */
  truncate(offset: number): void {
    const last = Math.floor(offset / this.segmentBytes);
    for (const name of readdirSync(this.folder)) {
      const number = /^payload-(\d{4,})\.bin$/.exec(name)?.[1];
      if (number === undefined || Number(number) <= last) continue;
      this.#close(Number(number));
      rmSync(join(this.folder, name));
    }
    ftruncateSync(this.#file(last), offset % this.segmentBytes);
  }

  close(): void {
    for (const segment of [...this.#open.keys()]) this.#close(segment);
  }

  #exists(segment: number): boolean {
    if (this.#open.has(segment)) return true;
    const path = join(this.folder, segmentFile(segment));
    try {
      this.#open.set(segment, openRegular(path, this.access));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw diskError(error, path);
    }
  }

  #file(segment: number): number {
    if (this.#exists(segment)) return this.#open.get(segment)!;
    const path = join(this.folder, segmentFile(segment));
    try {
      const file = openRegular(path, this.access === 'read' ? 'read' : 'create');
      this.#open.set(segment, file);
      return file;
    } catch (error) {
      throw diskError(error, path);
    }
  }

  #close(segment: number): void {
    const file = this.#open.get(segment);
    if (file === undefined) return;
    this.#open.delete(segment);
    closeSync(file);
  }

  #eachPart(
    offset: number,
    length: number,
    use: (segment: number, at: number, from: number, length: number) => void,
  ): void {
    for (let from = 0; from < length;) {
      const segment = Math.floor((offset + from) / this.segmentBytes);
      const at = (offset + from) % this.segmentBytes;
      const part = Math.min(length - from, this.segmentBytes - at);
      use(segment, at, from, part);
      from += part;
    }
  }
}

/** The extent of the first `rows` rows of an index. */
export function extentOf(indexFile: number, rows: number): Extent {
  if (rows === 0) return { rows, payloadBytes: 0 };
  const bytes = new Uint8Array(ROW_BYTES);
  readAll(indexFile, bytes, (rows - 1) * ROW_BYTES);
  const last = readRow(new DataView(bytes.buffer), 0);
  return { rows, payloadBytes: last.offset + last.stored };
}

/**
 * The complete part of a recording: rows whose 32 bytes and whose payload are on disk. Payloads are written before
 * their rows, so after a crash only the last few rows can lack their payload.
 */
export function wholeExtent(indexFile: number, segments: Segments): Extent {
  const available = segments.size();
  const endOf = (rows: number): number => extentOf(indexFile, rows).payloadBytes;
  // Payloads are in row order, so a binary search finds the last complete one.
  let whole = 0;
  let torn = Math.floor(fstatSync(indexFile).size / ROW_BYTES) + 1;
  if (torn > 1 && endOf(torn - 1) <= available) whole = torn - 1;
  while (torn - whole > 1) {
    const middle = Math.floor((whole + torn) / 2);
    if (endOf(middle) <= available) whole = middle;
    else torn = middle;
  }
  return extentOf(indexFile, whole);
}
