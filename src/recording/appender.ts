import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DuplexError } from '../shared/errors.ts';
import type { Batch, Extent, SessionManifest } from '../shared/recordProtocol.ts';
import { diskError } from './diskError.ts';
import { wholeExtent } from './extent.ts';
import { FrameFile } from './frameFile.ts';
import { INDEX_FILE, ROW_BYTES } from './layout.ts';
import { lock, unlock } from './lock.ts';
import { readManifest, writeManifest } from './manifest.ts';
import { RECORDING_FILE } from './removeRecording.ts';
import { Segments, writeAll } from './segments.ts';

/** The one writer of a recording. Every call is synchronous: it runs in the record worker. */
export class Appender {
  #extent: Extent;
  readonly #frames: FrameFile;

  private constructor(
    readonly folder: string,
    private readonly index: number,
    private readonly segments: Segments,
  ) {
    this.#extent = wholeExtent(index, segments);
    this.#frames = new FrameFile(folder);
  }

  /** Makes the folder (and those above it) with an empty recording. @throws DuplexError `disk.denied`, `disk.full` */
  static create(folder: string, manifest: SessionManifest): Appender {
    const file = join(folder, INDEX_FILE);
    let index: number | undefined;
    try {
      makeFolder(folder);
      refuseRecording(folder);
      // `wx`: never write over somebody's recording.
      index = openSync(file, 'wx+');
      lock(folder);
      writeManifest(folder, manifest);
      const segments = new Segments(folder, manifest.segmentBytes, 'a');
      segments.truncate(0);
      return new Appender(folder, index, segments);
    } catch (error) {
      // Only what was made here is undone, so that a later try can make it.
      if (index !== undefined) {
        closeSync(index);
        unlock(folder);
        // None of these was there before.
        for (const name of recordingFiles(folder)) rmSync(join(folder, name), { force: true });
      }
      throw diskError(error, file);
    }
  }

  /**
   * Goes on with a recording, after cutting its torn tail.
   * @param takeOver from a writer of this process that crashed
   */
  static resume(folder: string, takeOver = false): Appender {
    const { segmentBytes } = readManifest(folder);
    const file = join(folder, INDEX_FILE);
    lock(folder, takeOver);
    try {
      const appender = new Appender(folder, openSync(file, 'r+'), new Segments(folder, segmentBytes, 'a'));
      appender.cut();
      return appender;
    } catch (error) {
      unlock(folder);
      throw diskError(error, file);
    }
  }

  /** What is on disk and whole. */
  get extent(): Extent {
    const frameBytes = this.#frames.bytes;
    return frameBytes > 0 ? { ...this.#extent, frameBytes } : this.#extent;
  }

  /** Payload and frames first, then their rows: a row on disk always finds its payload. @throws DuplexError, and the extent stays */
  append(batch: Batch): Extent {
    const { rows, payloadBytes } = this.#extent;
    this.segments.write(new Uint8Array(batch.payload, 0, batch.payloadBytes), payloadBytes);
    if (batch.frames !== undefined) this.#frames.append(batch.frames);
    const index = new Uint8Array(batch.index, 0, batch.rows * ROW_BYTES);
    try {
      writeAll(this.index, index, rows * ROW_BYTES);
    } catch (error) {
      throw diskError(error, join(this.folder, INDEX_FILE));
    }
    this.#extent = { rows: rows + batch.rows, payloadBytes: payloadBytes + batch.payloadBytes };
    return this.extent;
  }

  /** Cuts what a failed append or a crash left behind the extent. */
  cut(): void {
    try {
      ftruncateSync(this.index, this.#extent.rows * ROW_BYTES);
      this.segments.truncate(this.#extent.payloadBytes);
      this.#frames.cut(this.#extent.rows);
    } catch (error) {
      throw diskError(error, join(this.folder, INDEX_FILE));
    }
  }

  close(): void {
    closeSync(this.index);
    this.segments.close();
    this.#frames.close();
    unlock(this.folder);
  }
}

/** With those above it. One by one: where the kernel allows none, Node's own recursion does not end. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  mkdirSync(folder);
}

function recordingFiles(folder: string): string[] {
  return readdirSync(folder).filter((name) => RECORDING_FILE.test(name));
}

/** Nothing that is there is written over, be it a recording, a part of one, or a file that only has such a name. */
function refuseRecording(folder: string): void {
  const [there] = recordingFiles(folder);
  if (there === undefined) return;
  const text = `${join(folder, there)} exists already: choose a folder without a recording.`;
  throw new DuplexError('disk.denied', text);
}
