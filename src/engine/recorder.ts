import { BatchWriter } from '../recording/batchWriter.ts';
import type { FrameList } from '../recording/frameList.ts';
import { ROW_BYTES } from '../recording/layout.ts';
import type { SlabPool } from '../recording/slabPool.ts';
import { DuplexError, toDuplexError } from '../shared/errors.ts';
import type {
  BoundaryError,
  Batch,
  Extent,
  RecordWorkerCalls,
  SessionManifest,
} from '../shared/recordProtocol.ts';
import type { SessionId, Unrecorded } from '../shared/session.ts';
import { transfer } from '../shared/rpc.ts';
import type { Direction, Kind, NoteDetail } from '../shared/timeline.ts';

/** Milliseconds that a row waits for others before it goes to the worker: what a kill -9 can lose. */
const FLUSH_INTERVAL = 20;

/** Bytes on the way to the disk at which reading from the socket stops, and goes on. */
const HOLD_ABOVE = 16 * 1024 * 1024;
const RELEASE_BELOW = 8 * 1024 * 1024;

/** Milliseconds between tries to go on after the disk failed. */
const RETRY_INTERVAL = 2_000;

export interface RecorderHooks {
  readonly worker: () => RecordWorkerCalls;
  readonly slabs: SlabPool;
  /** More rows can be read back, or what is unrecorded changed. */
  readonly onChange: () => void;
  /** The disk is behind: nothing more should be read from the socket until false. */
  readonly onBehind: (behind: boolean) => void;
  /** Recording stopped. Told once, until it resumes. */
  readonly onFailed: (error: BoundaryError) => void;
  /** Recording goes on at row number `rows`. `gap` tells of what is missing there: it is to be recorded first. */
  readonly onResumed: (rows: number, gap: NoteDetail | undefined) => void;
}

/** The host's half of a recording: fills batches, ships them to the record worker, counts what failed. */
export class Recorder {
  readonly #batch: BatchWriter;
  #next = 0;
  #extent: Extent = { rows: 0, payloadBytes: 0 };
  #outstanding = 0;
  #behind = false;
  #waiting: (() => void)[] = [];
  #flushTimer: NodeJS.Timeout | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #failure: Unrecorded | undefined;
  #offset = 0;
  #closed = false;
  #closing: Promise<void> | undefined;

  /** Resolves when the recording's files are there; rejects where they cannot be made. */
  readonly created: Promise<void>;
  #made: boolean;

  constructor(
    readonly id: SessionId,
    readonly folder: string,
    private manifest: SessionManifest,
    private readonly hooks: RecorderHooks,
    /** Go on with the recording that is in the folder, instead of making one. */
    existing = false,
  ) {
    this.#batch = new BatchWriter(0, hooks.slabs);
    this.#made = existing;
    this.created = existing ? this.#reopen() : this.#make();
    this.created.catch((error: unknown) => this.#suspend(toDuplexError(error)));
  }

  /** Rows that can be read back. */
  get rows(): number {
    return this.#extent.rows;
  }

  /** Bytes on disk: rows, payloads and frames. */
  get bytes(): number {
    const { rows, payloadBytes, frameBytes = 0 } = this.#extent;
    return rows * ROW_BYTES + payloadBytes + frameBytes;
  }

  /** The number that the next row gets. */
  get next(): number {
    return this.#next;
  }

  get unrecorded(): Unrecorded | undefined {
    return this.#failure;
  }

  /** Resolves when the disk has caught up; undefined where it is not behind. Who produces rows waits for it. */
  caughtUp(): Promise<void> | undefined {
    if (!this.#behind) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Adds one row, with a copy of its payload. @returns its number */
  append(kind: Kind, direction: Direction, flags: number, time: number, payload: Uint8Array): number {
    if (this.#failure !== undefined) {
      const { messages, bytes } = this.#failure;
      this.#failure = { ...this.#failure, messages: messages + 1, bytes: bytes + payload.length };
      return this.#next;
    }
    if (!this.#batch.fits(payload.length)) this.#ship();
    try {
      this.#batch.add(kind, direction, flags, time, payload);
    } catch (error) {
      // No memory for it: it is told and counted, and the socket's reader lives on.
      const text = `A message of ${payload.length} bytes could not be recorded: set a lower limit with max-payload.`;
      this.#suspend(new DuplexError('limit.payload', text, { cause: error }));
      return this.append(kind, direction, flags, time, payload);
    }
    this.#offset += payload.length;
    if (this.#batch.full) this.#ship();
    else this.#flushTimer ??= setTimeout(() => this.#ship(), FLUSH_INTERVAL);
    return this.#next++;
  }

  /** Adds frames of rows that were appended. While nothing is recorded they are dropped with their rows. */
  appendFrames(frames: FrameList): void {
    if (this.#failure !== undefined) return;
    this.#batch.addFrames(frames);
    if (this.#batch.full) this.#ship();
    else this.#flushTimer ??= setTimeout(() => this.#ship(), FLUSH_INTERVAL);
  }

  /** Describes the recording anew; where it cannot be written now, when it is resumed. */
  async update(manifest: SessionManifest): Promise<void> {
    this.manifest = manifest;
    if (this.#made && this.#failure === undefined) await this.hooks.worker().writeManifest(this.id, manifest);
  }

  /** Resolves when every row so far is on disk, or counted as unrecorded. */
  async flush(): Promise<void> {
    this.#ship();
    // The worker answers in order: what was appended before has been answered by then.
    if (this.#failure === undefined) await this.hooks.worker().rows(this.id, 0, 0);
  }

  /** Brings every row to disk, or counts it as unrecorded and leaves a gap row where that can be; then closes the files. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#ship();
    // Settled, whatever comes of them: a failure is told when it happens.
    await Promise.allSettled([this.created]);
    await Promise.allSettled([this.flush()]);
    if (this.#failure !== undefined) {
      await Promise.allSettled([this.#resume()]);
      await Promise.allSettled([this.flush()]);
    }
    this.#closed = true;
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#flushTimer);
    await this.hooks.worker().close(this.id);
  }

  /** The worker's answer to a batch: it is on disk. */
  onAppended(extent: Extent, batch: Batch): void {
    this.#settle(batch);
    // What still comes of before a failure is on disk all the same.
    if (extent.rows >= this.#extent.rows) this.#extent = extent;
    this.hooks.onChange();
  }

  onFailed(extent: Extent, error: BoundaryError, batch: Batch): void {
    this.#settle(batch);
    if (this.#failure === undefined) this.#extent = extent;
    this.#suspend(error);
  }

  onWorkerCrash(): void {
    this.#outstanding = 0;
    this.#setBehind(false);
    if (!this.#closed)
      this.#suspend({
        code: 'internal',
        message: 'The record worker crashed; recording starts again in a moment.',
      });
  }

  #ship(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    if (this.#failure !== undefined) return;
    const batch = this.#batch.take();
    if (batch === undefined) return;
    this.#outstanding += batch.payload.byteLength;
    this.#setBehind(this.#behind || this.#outstanding > HOLD_ABOVE);
    try {
      this.hooks.worker().append(this.id, transfer(batch, buffersOf(batch)));
    } catch (error) {
      this.#settle(batch);
      this.#suspend(toDuplexError(error));
    }
  }

  #settle(batch: Batch): void {
    this.#outstanding -= batch.payload.byteLength;
    this.#batch.recycle(batch);
    if (this.#outstanding < RELEASE_BELOW) this.#setBehind(false);
  }

  #setBehind(behind: boolean): void {
    if (behind === this.#behind) return;
    this.#behind = behind;
    this.hooks.onBehind(behind);
    if (!behind) for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Stops recording: rows that are not on disk, and all that come now, are counted until it resumes. */
  #suspend(error: BoundaryError): void {
    if (this.#failure !== undefined || this.#closed) return;
    const messages = this.#next - this.#extent.rows;
    const bytes = this.#offset - this.#extent.payloadBytes;
    this.#failure = { reason: error.message, messages, bytes };
    this.#retryLater();
    this.hooks.onFailed(error);
    this.hooks.onChange();
  }

  #retryLater(): void {
    this.#retryTimer = setTimeout(() => {
      this.#resume().catch((error: unknown) => {
        if (this.#closed || this.#failure === undefined) return;
        // That recording stopped was told once; the session goes on showing why, and what is unrecorded.
        this.#failure = { ...this.#failure, reason: toDuplexError(error).message };
        this.#retryLater();
      });
    }, RETRY_INTERVAL);
    // A command line that has nothing else to do ends; it does not wait for the disk.
    this.#retryTimer.unref();
  }

  async #make(): Promise<void> {
    const { manifest } = this;
    await this.hooks.worker().create(this.id, this.folder, manifest);
    this.#made = true;
    if (this.manifest !== manifest) await this.update(this.manifest);
  }

  async #reopen(): Promise<void> {
    this.#goOnAt(await this.hooks.worker().resume(this.id, this.folder, false));
  }

  async #resume(): Promise<void> {
    // Never into a folder that this recorder did not make: it may hold another recording.
    if (!this.#made) await this.#make();
    const extent = await this.hooks.worker().resume(this.id, this.folder, true);
    await this.hooks.worker().writeManifest(this.id, this.manifest);
    const failure = this.#failure;
    if (failure === undefined || this.#closed) return;
    // Rows of before the failure may have reached the disk after all: they are not missing.
    const messages = failure.messages - (extent.rows - this.#extent.rows);
    const bytes = failure.bytes - (extent.payloadBytes - this.#extent.payloadBytes);
    this.#failure = undefined;
    this.#goOnAt(extent);
    const text = `${messages} rows with ${bytes} bytes were not recorded: ${failure.reason}`;
    this.hooks.onResumed(extent.rows, messages > 0 ? { note: 'gap', text, messages, bytes } : undefined);
    this.hooks.onChange();
  }

  #goOnAt(extent: Extent): void {
    this.#extent = extent;
    this.#next = extent.rows;
    this.#offset = extent.payloadBytes;
    this.#batch.reset(extent.payloadBytes);
  }
}

function buffersOf({ payload, index, frames }: Batch): ArrayBuffer[] {
  return frames === undefined ? [payload, index] : [payload, index, frames.buffer];
}
