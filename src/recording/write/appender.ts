import { closeSync, existsSync, ftruncateSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DuplexError } from '../../shared/errors.ts';
import type { Batch, Extent, SessionManifest } from '../../shared/recordProtocol.ts';
import { diskError } from '../diskError.ts';
import { extentOf, wholeExtent, Segments } from '../segments.ts';
import { FrameFile } from '../frameFile.ts';
import { CLIENT_FRAMES_FILE, FRAMES_FILE, INDEX_FILE, ROW_BYTES } from '../layout.ts';
import { lock, newWriterId, unlock } from './lock.ts';
import type { WriterId } from './lock.ts';
import { readManifest, writeManifest } from '../manifest.ts';
import { PRIVATE_FOLDER, openRegular, writeAll } from '../regularFile.ts';
import { RECORDING_FILE } from './removeRecording.ts';

/**
 * The only writer of a recording. Every call is synchronous, because it runs in the record worker. Failures throw a
 * DuplexError with a disk code.
 */
export class Appender {
  #extent: Extent;
  readonly #frames: FrameFile;
  readonly #clientFrames: FrameFile;

  private constructor(
    readonly folder: string,
    private readonly writer: WriterId,
    private readonly index: number,
    private readonly segments: Segments,
  ) {
    this.#extent = wholeExtent(index, segments);
    this.#frames = new FrameFile(folder, FRAMES_FILE);
    this.#clientFrames = new FrameFile(folder, CLIENT_FRAMES_FILE);
  }

  /**
   * Creates the folder, including its parents, with an empty recording.
   * @throws DuplexError `disk.denied`, `disk.full`
   */
  static create(folder: string, manifest: SessionManifest, writer = newWriterId()): Appender {
    const file = join(folder, INDEX_FILE);
    let index: number | undefined;
    let segments: Segments | undefined;
    let isLocked = false;
    try {
      makeFolder(folder);
      refuseRecording(folder);
      lock(folder, writer);
      isLocked = true;
      index = openRegular(file, 'create');
      writeManifest(folder, manifest);
      segments = new Segments(folder, manifest.segmentBytes, 'write');
      segments.truncate(0);
      return new Appender(folder, writer, index, segments);
    } catch (error) {
      // Removes only files created here, none of which existed before, so that the call can be repeated.
      segments?.close();
      if (index !== undefined) {
        closeSync(index);
        for (const name of recordingFiles(folder)) rmSync(join(folder, name), { force: true });
      }
      if (isLocked) unlock(folder, writer);
      throw diskError(error, file);
    }
  }

  /**
   * Continues a recording after it cuts the torn tail.
   * @param writer the id whose lock is taken over, because its worker crashed
   * @throws DuplexError `file.invalid` if it is not a recording; `disk.denied` if it cannot be opened or another
   * process writes it
   */
  static resume(folder: string, writer = newWriterId()): Appender {
    const { segmentBytes } = readManifest(folder);
    const file = join(folder, INDEX_FILE);
    lock(folder, writer);
    let index: number | undefined;
    const segments = new Segments(folder, segmentBytes, 'write');
    let appender: Appender | undefined;
    try {
      index = openRegular(file, 'write');
      appender = new Appender(folder, writer, index, segments);
      appender.cut();
      return appender;
    } catch (error) {
      if (appender) appender.close();
      else {
        if (index !== undefined) closeSync(index);
        segments.close();
        unlock(folder, writer);
      }
      throw diskError(error, file);
    }
  }

  /** The extent of the complete rows on disk. */
  get extent(): Extent {
    const frameBytes = this.#frames.bytes + this.#clientFrames.bytes;
    return frameBytes > 0 ? { ...this.#extent, frameBytes } : this.#extent;
  }

  /**
   * Writes payload and frames before their rows, so a row on disk always has its payload.
   * @throws DuplexError if writing fails; the extent then stays the same
   */
  append(batch: Batch): Extent {
    const { rows, payloadBytes } = this.#extent;
    const added = this.segments.write(piecesOf(batch), payloadBytes);
    if (batch.frames !== undefined) this.#frames.append(batch.frames);
    if (batch.clientFrames !== undefined) this.#clientFrames.append(batch.clientFrames);
    const index = new Uint8Array(batch.index, 0, batch.rows * ROW_BYTES);
    try {
      writeAll(this.index, index, rows * ROW_BYTES);
    } catch (error) {
      throw diskError(error, join(this.folder, INDEX_FILE));
    }
    this.#extent = { rows: rows + batch.rows, payloadBytes: payloadBytes + added };
    return this.extent;
  }

  /**
   * Cuts the bytes after the extent, which a failed append or a crash left.
   * @param rows complete rows to cut from the end as well, to make room for a gap row
   */
  cut(rows = 0): void {
    try {
      if (rows > 0) this.#extent = extentOf(this.index, Math.max(0, this.#extent.rows - rows));
      ftruncateSync(this.index, this.#extent.rows * ROW_BYTES);
      this.segments.truncate(this.#extent.payloadBytes);
      this.#frames.cut(this.#extent.rows);
      this.#clientFrames.cut(this.#extent.rows);
    } catch (error) {
      throw diskError(error, join(this.folder, INDEX_FILE));
    }
  }

  close(): void {
    try {
      closeSync(this.index);
      this.segments.close();
      this.#frames.close();
      this.#clientFrames.close();
    } catch (error) {
      throw diskError(error, join(this.folder, INDEX_FILE));
    } finally {
      unlock(this.folder, this.writer);
    }
  }
}

/** The payloads of a batch in row order. */
function piecesOf({ payload, payloadBytes, large = [] }: Batch): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const { at, buffer } of large) {
    if (at > from) pieces.push(new Uint8Array(payload, from, at - from));
    pieces.push(new Uint8Array(buffer));
    from = at;
  }
  if (payloadBytes > from) pieces.push(new Uint8Array(payload, from, payloadBytes - from));
  return pieces;
}

/**
 * Creates a folder and its parents one by one. If the system refuses all of them, Node's own recursion does not end.
 */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  mkdirSync(folder, PRIVATE_FOLDER);
}

function recordingFiles(folder: string): string[] {
  return readdirSync(folder).filter((name) => RECORDING_FILE.test(name));
}

/** Refuses a folder with a recording, a part of one, or a file with a name of its files: nothing is overwritten. */
function refuseRecording(folder: string): void {
  const [there] = recordingFiles(folder);
  if (there === undefined) return;
  const text = `${join(folder, there)} exists already: choose a folder without a recording.`;
  throw new DuplexError('disk.denied', text);
}
