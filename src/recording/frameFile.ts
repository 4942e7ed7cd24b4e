import { closeSync, fstatSync, ftruncateSync } from 'node:fs';
import { join } from 'node:path';
import type { FramePage, FrameRow } from '../shared/frames.ts';
import { diskError } from './diskError.ts';
import { FRAME_BYTES, frameRowOf, readFrame } from './frameLayout.ts';
import { CLIENT_FRAMES_FILE, FRAMES_FILE } from './layout.ts';
import { openRegular, readAll, writeAll } from './regularFile.ts';

type FramesFile = typeof FRAMES_FILE | typeof CLIENT_FRAMES_FILE;

/** Writes frames.bin or client-frames.bin. The first frame creates the file. */
export class FrameFile {
  #file: number | undefined;
  #bytes = 0;

  /** @param folder folder of a recording; an existing file in it is continued */
  constructor(
    private readonly folder: string,
    private readonly name: FramesFile,
  ) {
    const file = openIfThere(folder, 'write', name);
    if (file === undefined) return;
    this.#file = file;
    this.#bytes = fstatSync(file).size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Appends records. @throws DuplexError if writing fails; a partial write lies after `bytes` */
  append(records: Uint8Array): void {
    const path = join(this.folder, this.name);
    try {
      this.#file ??= openRegular(path, 'create');
      writeAll(this.#file, records, this.#bytes);
      this.#bytes += records.length;
    } catch (error) {
      throw diskError(error, path);
    }
  }

  /**
   * Cuts the remains of a failure or a crash, and the frames of missing rows.
   * @param rows the number of existing rows
   */
  cut(rows: number): void {
    if (this.#file === undefined) return;
    const records = Math.floor(this.#bytes / FRAME_BYTES);
    this.#bytes = firstOf(this.#file, records, rows) * FRAME_BYTES;
    ftruncateSync(this.#file, this.#bytes);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

/**
 * Up to `count` frames of a recorded row, from number `from` on, even while the recording grows. For a proxy, the
 * frames between the proxy and the target come first, then those between the client and the proxy.
 * @throws DuplexError `disk.denied` if a file exists but cannot be read
 */
export function readFrames(folder: string, row: number, from: number, count: number): FramePage {
  const own = readFile(folder, FRAMES_FILE, row, from, count);
  const rest = count - own.frames.length;
  const client = readFile(folder, CLIENT_FRAMES_FILE, row, Math.max(0, from - own.total), rest);
  return {
    total: own.total + client.total,
    frames: [
      ...own.frames,
      // For the session, `in` leads to the client. In these frames, the proxy is the server.
      ...client.frames.map((frame): FrameRow => ({
        ...frame,
        direction: frame.direction === 'in' ? 'out' : 'in',
        side: 'client',
      })),
    ],
  };
}

function readFile(folder: string, name: FramesFile, row: number, from: number, count: number): FramePage {
  const file = openIfThere(folder, 'read', name);
  if (file === undefined) return { total: 0, frames: [] };
  try {
    const records = Math.floor(fstatSync(file).size / FRAME_BYTES);
    const first = firstOf(file, records, row);
    const total = firstOf(file, records, row + 1) - first;
    const bytes = new Uint8Array(Math.max(0, Math.min(count, total - from)) * FRAME_BYTES);
    const read = readAll(file, bytes, (first + from) * FRAME_BYTES);
    const view = new DataView(bytes.buffer);
    const frames = Array.from({ length: Math.floor(read / FRAME_BYTES) }, (_, record) =>
      readFrame(view, record),
    );
    return { total, frames };
  } finally {
    closeSync(file);
  }
}

/** Records that are read at once. */
const WINDOW = 2048;

/** The frames of many messages. Ascending rows are read forward; an earlier row costs a binary search. */
class FrameCursor {
  readonly #file: number | undefined;
  #window = new DataView(new ArrayBuffer(0));
  /** Numbers of the window's first record, and of the next record to examine. */
  #start = 0;
  #next = 0;
  #lastRow = -1;

  /** @throws DuplexError `file.invalid` or `disk.denied` if frames.bin exists but cannot be read */
  constructor(folder: string) {
    this.#file = openIfThere(folder, 'read');
  }

  /** The data frames of a row, in wire order. */
  *of(row: number): Generator<FrameRow> {
    if (this.#file === undefined) return;
    const isSought = row <= this.#lastRow || !this.#isInWindow(row);
    if (isSought) {
      const records = Math.floor(fstatSync(this.#file).size / FRAME_BYTES);
      this.#next = firstOf(this.#file, records, row);
    }
    this.#lastRow = row;
    for (; this.#load(this.#file); this.#next++) {
      const record = this.#next - this.#start;
      const of = frameRowOf(this.#window, record);
      // Records that are out of order, for example in a damaged file, must not be skipped one by one for each row.
      if (of > row || (of < row && isSought)) break;
      if (of < row) continue;
      const frame = readFrame(this.#window, record);
      if (frame.opcode <= 2) yield frame;
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  #isInWindow(row: number): boolean {
    const records = this.#window.byteLength / FRAME_BYTES;
    return records > 0 && frameRowOf(this.#window, records - 1) >= row;
  }

  /** Moves the window to the next record if it lies outside. @returns false at the end of the file */
  #load(file: number): boolean {
    const records = this.#window.byteLength / FRAME_BYTES;
    if (this.#next >= this.#start && this.#next < this.#start + records) return true;
    const bytes = new Uint8Array(WINDOW * FRAME_BYTES);
    const read = readAll(file, bytes, this.#next * FRAME_BYTES);
    this.#start = this.#next;
    this.#window = new DataView(bytes.buffer, 0, read - (read % FRAME_BYTES));
    return this.#window.byteLength > 0;
  }
}

/** The sizes on the wire of many messages. */
export class WireSizes {
  readonly #frames: FrameCursor;

  /** @throws DuplexError `file.invalid` or `disk.denied` if frames.bin exists but cannot be read */
  constructor(folder: string) {
    this.#frames = new FrameCursor(folder);
  }

  /** @returns the bytes of the payloads in the row's data frames; undefined if it has no frames */
  of(row: number): number | undefined {
    let size: number | undefined;
    for (const { length } of this.#frames.of(row)) size = (size ?? 0) + length;
    return size;
  }

  close(): void {
    this.#frames.close();
  }
}

/** Maximum fragments of a message; one with more counts as one frame, because each fragment is a separate write. */
const MAX_FRAGMENTS = 65_536;

/** The fragments of many messages. */
export class MessageFragments {
  readonly #frames: FrameCursor;

  /** @throws DuplexError `file.invalid` or `disk.denied` if frames.bin exists but cannot be read */
  constructor(folder: string) {
    this.#frames = new FrameCursor(folder);
  }

  /** Whether the frames of a row are recorded. */
  has(row: number): boolean {
    return this.#frames.of(row).next().done !== true;
  }

  /**
   * The sizes of a message's fragments in bytes. Those of a compressed message are estimated: its parts are
   * proportional to its compressed fragments.
   * @param size bytes of the message
   * @returns undefined if the message is one frame, or its frames are not recorded
   */
  of(row: number, size: number): readonly number[] | undefined {
    const ends: number[] = [];
    let total = 0;
    for (const { length } of this.#frames.of(row)) {
      if (ends.length === MAX_FRAGMENTS) return undefined;
      total += length;
      ends.push(total);
    }
    if (ends.length < 2) return undefined;
    const scale = total === 0 ? 0 : size / total;
    let before = 0;
    return ends.map((end, index) => {
      const here = index === ends.length - 1 ? size : Math.round(end * scale);
      const length = here - before;
      before = here;
      return length;
    });
  }

  close(): void {
    this.#frames.close();
  }
}

function openIfThere(
  folder: string,
  access: 'read' | 'write',
  name: FramesFile = FRAMES_FILE,
): number | undefined {
  const path = join(folder, name);
  try {
    return openRegular(path, access);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw diskError(error, path);
  }
}

/** Number of the first record of row `row` or a later one, by binary search: records are in row order. */
function firstOf(file: number, records: number, row: number): number {
  const bytes = new Uint8Array(FRAME_BYTES);
  const view = new DataView(bytes.buffer);
  let before = -1;
  let from = records;
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    readAll(file, bytes, middle * FRAME_BYTES);
    if (frameRowOf(view, 0) < row) before = middle;
    else from = middle;
  }
  return from;
}
