import { BatchWriter, buffersOf } from '../recording/write/batchWriter.ts';
import type { FrameList } from '../recording/frameLayout.ts';
import { MAX_STORED, ROW_BYTES } from '../recording/layout.ts';
import { newWriterId, unlock } from '../recording/write/lock.ts';
import { DuplexError, toDuplexError } from '../shared/errors.ts';
import type { BoundaryError, Batch, Extent, SessionManifest } from '../shared/recordProtocol.ts';
import type { SessionId, Unrecorded } from '../shared/session.ts';
import { transfer } from '../shared/rpc.ts';
import { FLAG } from '../shared/timeline.ts';
import type { Direction, Kind, NoteDetail } from '../shared/timeline.ts';
import { DiskBacklog } from './diskBacklog.ts';
import { ManifestKeeper } from './manifestKeeper.ts';
import type { RecorderHooks } from './recorderHooks.ts';
import { RowLedger } from './rowLedger.ts';
import { optionNamed } from '../core/session/options/optionName.ts';

/** Milliseconds that a row waits for others before it goes to the worker: what a kill -9 can lose. */
const FLUSH_INTERVAL = 20;

/** Milliseconds between tries to go on after the disk failed. */
const RETRY_INTERVAL = 2_000;

/** Rows that a recording on a full disk gives up at its end: two blocks of 4 KiB of index, for a gap row and its payload. */
const ROWS_FOR_A_GAP = 256;

/** A gap row on its way to the disk. */
interface Trial {
  readonly row: number;
  readonly time: number;
  readonly detail: NoteDetail & Pick<Unrecorded, 'messages' | 'bytes'>;
  readonly payloadBytes: number;
}

/**
 * What the recorder does with a row. `reading`: an existing recording is only looked at. `recording`: rows go to the worker.
 * `suspended`: the disk failed, so rows are only counted.
 */
type Phase = 'reading' | 'recording' | 'suspended';

/** The host's half of a recording: fills batches, ships them to the record worker, counts what is not on disk. */
export class Recorder {
  readonly #batch: BatchWriter;
  readonly #writer = newWriterId();
  readonly #ledger = new RowLedger();
  #phase: Phase;
  #next = 0;
  #extent: Extent = { rows: 0, payloadBytes: 0 };
  readonly #backlog: DiskBacklog;
  #flushTimer: NodeJS.Timeout | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  /** Why recording stopped; until the gap row that tells of it is on disk. */
  #failure: BoundaryError | undefined;
  #trial: Trial | undefined;
  #beginning: Promise<void> | undefined;
  #resuming: Promise<void> | undefined;
  /** Nothing is tried again by itself from then on. */
  #isClosing = false;
  #closed = false;
  #closing: Promise<void> | undefined;

  readonly #description: ManifestKeeper;

  /** Resolves when the recording can be read; rejects where its files cannot be made or read. */
  readonly created: Promise<void>;
  /** Whether the files were made, or taken for writing, by this recorder. */
  #owned = false;

  constructor(
    readonly id: SessionId,
    readonly folder: string,
    manifest: SessionManifest,
    private readonly hooks: RecorderHooks,
    /** Shows the recording that is in the folder, and continues it from `begin` on, instead of making one. */
    private readonly existing = false,
  ) {
    this.#batch = new BatchWriter(0, hooks.slabs);
    this.#backlog = new DiskBacklog(hooks.onBehind);
    this.#description = new ManifestKeeper(manifest, {
      write: (next) => hooks.worker().writeManifest(id, next, this.#writer),
      onFailed: hooks.onFailed,
    });
    if (existing) this.#description.isWritten(manifest);
    this.#phase = existing ? 'reading' : 'recording';
    this.created = existing ? this.#open() : this.#make();
    this.created.catch((error: unknown) => {
      if (!existing) this.#suspend(toDuplexError(error));
    });
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

  /** Whether the files in the folder are those of this recorder. */
  get owned(): boolean {
    return this.#owned;
  }

  get unrecorded(): Unrecorded | undefined {
    if (this.#failure === undefined) return undefined;
    const { messages, bytes } = this.#trial?.detail ?? this.#ledger.missing(this.#extent);
    return { reason: this.#failure.message, messages, bytes };
  }

  /** Resolves when the disk has caught up; undefined where it is not behind. Who produces rows waits for it. */
  caughtUp(): Promise<void> | undefined {
    return this.#backlog.caughtUp();
  }

  /**
   * Locks and repairs an existing recording, to append to it. Where that fails, rows are counted as unrecorded, and it is tried
   * again. @returns undefined if there is nothing to wait for
   */
  begin(): Promise<void> | undefined {
    if (this.#phase !== 'reading') return undefined;
    this.#beginning ??= this.#resume(false).catch((error: unknown) => this.#suspend(toDuplexError(error)));
    return this.#beginning;
  }

  /**
   * Adds one row, with a copy of its payload.
   * @param isOwn nobody uses the payload's buffer after this turn of the event loop: it may be moved instead of copied
   * @returns its number in the recording; undefined while nothing is recorded
   */
  append(
    kind: Kind,
    direction: Direction,
    flags: number,
    time: number,
    payload: Uint8Array,
    isOwn = false,
  ): number | undefined {
    this.#ledger.pass(Math.min(payload.length, MAX_STORED));
    if (this.#phase !== 'recording') {
      void this.begin();
      return undefined;
    }
    if (isOwn && this.#batch.move(kind, direction, flags, time, payload as Uint8Array<ArrayBuffer>)) {
      // Not at once: whoever brought the payload looks at it until the end of this turn.
      if (this.#batch.full) queueMicrotask(this.#shipFull);
      else this.#shipSoon();
      return this.#next++;
    }
    return this.#add(kind, direction, flags, time, payload);
  }

  /** Adds frames of rows that were appended. While nothing is recorded they are dropped with their rows. */
  appendFrames(frames: FrameList): void {
    if (this.#phase !== 'recording') return;
    this.#batch.addFrames(frames);
    this.#shipSoon();
  }

  /** Describes the recording anew; where it cannot be written now, when it is resumed. */
  async update(manifest: SessionManifest): Promise<void> {
    this.#description.manifest = manifest;
    const isThere = this.#owned || this.existing;
    if (isThere && this.#phase !== 'suspended') await this.#description.write();
  }

  /** Resolves when every row so far is on disk, or counted as unrecorded. */
  async flush(): Promise<void> {
    this.#ship();
    // The worker answers in order: what was appended before has been answered by then.
    if (this.#phase !== 'suspended') await this.hooks.worker().rows(this.id, 0, 0);
  }

  /**
   * Brings every row to disk, or counts it as unrecorded and leaves a gap row where that can be; then closes the files.
   * @throws DuplexError where that fails: it can be called again
   */
  close(): Promise<void> {
    this.#closing ??= this.#close().catch((error: unknown) => {
      this.#closing = undefined;
      throw error;
    });
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#retryTimer);
    this.#ship();
    // Settled, whatever comes of them: a failure is told when it happens.
    await Promise.allSettled([this.created, this.#resuming]);
    await Promise.allSettled([this.flush()]);
    for (const cutRows of [0, ROWS_FOR_A_GAP]) {
      if (this.#phase !== 'suspended') break;
      await Promise.allSettled([this.#resume(true, cutRows)]);
      await Promise.allSettled([this.flush()]);
    }
    this.#closed = true;
    clearTimeout(this.#flushTimer);
    try {
      await this.hooks.worker().close(this.id);
    } catch (error) {
      // A worker that crashed took its open files with it, but not the lock.
      if (toDuplexError(error).code !== 'call.disposed') throw error;
      unlock(this.folder, this.#writer);
    }
  }

  /** The worker's answer to a batch: it is on disk. */
  onAppended(extent: Extent, batch: Batch): void {
    this.#settle(batch);
    // What still comes of before a failure is on disk all the same.
    if (extent.rows >= this.#extent.rows) this.#extent = extent;
    if (this.#trial !== undefined && extent.rows > this.#trial.row) this.#tellGap(this.#trial);
    this.hooks.onChange();
  }

  onFailed(extent: Extent | undefined, error: BoundaryError, batch: Batch): void {
    this.#settle(batch);
    if (this.#phase === 'recording' && extent !== undefined) this.#extent = extent;
    this.#suspend(error);
  }

  onWorkerCrash(): void {
    this.#backlog.clear();
    if (this.#closed) return;
    if (this.#phase === 'reading')
      this.#open().catch((error: unknown) => this.hooks.onFailed(toDuplexError(error)));
    else
      this.#suspend({
        code: 'internal',
        message: 'The record worker crashed; recording starts again in a moment.',
      });
  }

  #add(
    kind: Kind,
    direction: Direction,
    flags: number,
    time: number,
    payload: Uint8Array,
  ): number | undefined {
    if (!this.#batch.fits(payload.length)) this.#ship();
    try {
      this.#batch.add(kind, direction, flags, time, payload);
    } catch (error) {
      // No memory for it: it is told and counted, and the socket's reader lives on.
      const text = `A message of ${payload.length} bytes could not be recorded: set a lower limit with ${optionNamed('maxPayload')}.`;
      this.#suspend(new DuplexError('limit.payload', text, { cause: error }));
      return undefined;
    }
    this.#shipSoon();
    return this.#next++;
  }

  readonly #shipFull = (): void => {
    if (this.#batch.full) this.#ship();
  };

  #shipSoon(): void {
    if (this.#batch.full) this.#ship();
    else this.#flushTimer ??= setTimeout(() => this.#ship(), FLUSH_INTERVAL);
  }

  #ship(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    if (this.#phase !== 'recording') return;
    const batch = this.#batch.take();
    if (batch === undefined) return;
    this.#backlog.add(batch.weight);
    try {
      this.hooks.worker().append(this.id, transfer(batch, buffersOf(batch)));
    } catch (error) {
      this.#settle(batch);
      this.#suspend(toDuplexError(error));
    }
  }

  #settle(batch: Batch): void {
    this.#batch.recycle(batch);
    this.#backlog.settle(batch.weight);
  }

  /** Stops recording: rows that are not on disk, and all that come now, are counted until it resumes. */
  #suspend(error: BoundaryError): void {
    if (this.#phase === 'suspended' || this.#closed) return;
    const isKnown = this.#failure !== undefined;
    this.#phase = 'suspended';
    this.#trial = undefined;
    this.#failure ??= { code: error.code, message: error.message };
    this.#retryLater();
    if (!isKnown) this.hooks.onFailed(error);
    this.hooks.onChange();
  }

  #retryLater(): void {
    clearTimeout(this.#retryTimer);
    if (this.#isClosing) return;
    this.#retryTimer = setTimeout(() => {
      this.#resume(false).catch((thrown: unknown) => {
        if (this.#closed || this.#phase !== 'suspended') return;
        // That recording stopped was told once; the session goes on showing why, and what is unrecorded.
        const { code, message } = toDuplexError(thrown);
        if (code !== this.#failure?.code) this.#failure = { code, message };
        this.#retryLater();
      });
    }, RETRY_INTERVAL);
    // A command line that has nothing else to do ends; it does not wait for the disk.
    this.#retryTimer.unref();
  }

  async #make(): Promise<void> {
    const { manifest } = this.#description;
    await this.hooks.worker().create(this.id, this.folder, manifest, this.#writer);
    this.#owned = true;
    this.#description.isWritten(manifest);
    this.#description.writeLate();
  }

  async #open(): Promise<void> {
    const extent = await this.hooks.worker().open(this.id, this.folder);
    if (this.#phase === 'reading') this.#continueAt(extent);
  }

  /** @param isLast tries on a disk that is nearly full too: it is the last chance to tell what is missing */
  #resume(isLast: boolean, cutRows = 0): Promise<void> {
    this.#resuming = this.#resumeNow(isLast, cutRows);
    return this.#resuming;
  }

  async #resumeNow(isLast: boolean, cutRows: number): Promise<void> {
    // Never into a folder that this recorder did not make: it may hold another recording.
    if (!this.existing && !this.#owned) await this.#make();
    if (this.#closed) return;
    const extent = await this.hooks.worker().resume(this.id, this.folder, this.#writer, {
      needsRoom: !isLast && this.#failure?.code === 'disk.full',
      cutRows: Math.min(cutRows, this.#ledger.rowsSinceGap(this.#extent)),
    });
    if (!this.#owned) this.#ledger.start(extent);
    this.#owned = true;
    if (this.#closed) return;
    this.#continueAt(extent);
    this.#phase = 'recording';
    this.hooks.onRestart(extent.rows);
    this.#tryGap();
    this.#description.writeLate();
    this.hooks.onChange();
  }

  /** What is missing becomes a gap row. It counts when it is on disk: a disk that is still full does not take it. */
  #tryGap(): void {
    const { messages, bytes } = this.#ledger.missing(this.#extent);
    if (messages === 0) {
      this.#failure = undefined;
      return;
    }
    this.#failure ??= { code: 'call.invalid', message: 'The recording was not open for writing yet.' };
    const text = `${messages} rows with ${bytes} bytes were not recorded: ${this.#failure.message}`;
    const detail = { note: 'gap' as const, text, messages, bytes };
    const payload = new TextEncoder().encode(JSON.stringify(detail));
    const time = this.hooks.now();
    const row = this.#add('note', 'none', FLAG.gap, time, payload);
    if (row === undefined) return;
    this.#trial = { row, time, detail, payloadBytes: payload.length };
    this.#ship();
  }

  #tellGap({ detail, row, time, payloadBytes }: Trial): void {
    this.#ledger.tell(row, detail, payloadBytes);
    this.#trial = undefined;
    this.#failure = undefined;
    this.hooks.onGap(detail, row, time);
  }

  #continueAt(extent: Extent): void {
    if (this.#phase === 'reading') this.#ledger.start(extent);
    this.#extent = extent;
    this.#next = extent.rows;
    this.#batch.reset(extent.payloadBytes);
  }
}
