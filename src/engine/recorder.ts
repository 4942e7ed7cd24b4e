import { BatchWriter, buffersOf, LARGE_BYTES } from '../recording/write/batchWriter.ts';
import type { FrameList } from '../recording/frameLayout.ts';
import { MAX_STORED, ROW_BYTES } from '../recording/layout.ts';
import { newWriterId, unlock } from '../recording/write/lock.ts';
import { DuplexError, toDuplexError } from '../shared/errors.ts';
import type { BoundaryError, Batch, Extent, SessionManifest } from '../shared/recordProtocol.ts';
import type { SessionId, Unrecorded } from '../shared/session.ts';
import { transfer } from '../shared/rpc.ts';
import { FLAG } from '../shared/timeline.ts';
import type { Direction, Kind } from '../shared/timeline.ts';
import { DiskBacklog } from './backPressure.ts';
import { ManifestKeeper } from './manifestKeeper.ts';
import type { RecorderHooks } from './recorderHooks.ts';
import { RowLedger, type PendingGap } from './rowLedger.ts';
import { optionNamed } from '../core/session/options/optionName.ts';

/** Milliseconds that a row waits for others before it goes to the worker: a kill -9 loses at most these rows. */
const FLUSH_INTERVAL = 20;

/** Milliseconds between attempts to resume after the disk failed. */
const RETRY_INTERVAL = 2_000;

/** Rows that are cut at the end on a full disk, two 4 KiB blocks of index, for a gap row and its payload. */
const ROWS_FOR_A_GAP = 256;

/**
 * The state of a recorder. `reading`: an existing recording is only read. `recording`: rows go to the worker.
 * `suspended`: the disk failed, so rows are only counted.
 */
type Phase = 'reading' | 'recording' | 'suspended';

/**
 * The host's half of a recording: it fills batches, sends them to the record worker, and counts rows that are not on
 * disk.
 */
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
  /** The reason why recording stopped; set until the gap row that reports it is on disk. */
  #failure: BoundaryError | undefined;
  #pendingGap: PendingGap | undefined;
  #beginning: Promise<void> | undefined;
  #resuming: Promise<void> | undefined;
  /** Whether `close` was called; then nothing is retried automatically. */
  #isClosing = false;
  #closed = false;
  #closing: Promise<void> | undefined;
  readonly #description: ManifestKeeper;

  /** Resolves when the recording can be read; rejects if its files cannot be created or read. */
  readonly created: Promise<void>;
  /** Whether this recorder created the files or opened them for writing. */
  #isWriter = false;

  constructor(
    readonly id: SessionId,
    readonly folder: string,
    manifest: SessionManifest,
    private readonly hooks: RecorderHooks,
    /** Reads the recording in the folder and continues it from `begin` on, instead of creating one. */
    private readonly existing = false,
  ) {
    this.#batch = new BatchWriter(0, hooks.slabs);
    this.#backlog = new DiskBacklog(hooks.onBehind);
    this.#description = new ManifestKeeper(manifest, {
      write: (next) => hooks.worker().writeManifest(id, next, this.#writer),
      onFailed: hooks.onFailed,
    });
    if (existing) this.#description.markWritten(manifest);
    this.#phase = existing ? 'reading' : 'recording';
    this.created = existing ? this.#open() : this.#make();
    this.created.catch((error: unknown) => {
      if (!existing) this.#suspend(toDuplexError(error));
    });
  }

  /** The number of readable rows. */
  get rows(): number {
    return this.#extent.rows;
  }

  /** Bytes on disk: rows, payloads and frames. */
  get bytes(): number {
    const { rows, payloadBytes, frameBytes = 0 } = this.#extent;
    return rows * ROW_BYTES + payloadBytes + frameBytes;
  }

  /** The number of the next row. */
  get next(): number {
    return this.#next;
  }

  /** Whether the files in the folder belong to this recorder. */
  get isWriter(): boolean {
    return this.#isWriter;
  }

  get unrecorded(): Unrecorded | undefined {
    if (this.#failure === undefined) return undefined;
    const { messages, bytes } = this.#pendingGap?.detail ?? this.#ledger.missing(this.#extent);
    return { reason: this.#failure.message, messages, bytes };
  }

  /** Resolves when the disk has caught up; undefined if it is not behind. Producers of rows wait for it. */
  caughtUp(): Promise<void> | undefined {
    return this.#backlog.caughtUp();
  }

  /**
   * Locks and repairs an existing recording, to append to it. If that fails, rows are counted as unrecorded
   * and the recorder retries.
   * @returns undefined if there is nothing to wait for
   */
  begin(): Promise<void> | undefined {
    if (this.#phase !== 'reading') return undefined;
    this.#beginning ??= this.#resume(false).catch((error: unknown) => this.#suspend(toDuplexError(error)));
    return this.#beginning;
  }

  /**
   * Adds one row, with a copy of its payload.
   * @param mayMove whether the payload's buffer is unused after this turn of the event loop, so that it may
   * be moved instead of copied
   * @returns the row's number in the recording; undefined while nothing is recorded
   */
  append(
    kind: Kind,
    direction: Direction,
    flags: number,
    time: number,
    payload: Uint8Array,
    mayMove = false,
  ): number | undefined {
    this.#ledger.pass(Math.min(payload.length, MAX_STORED));
    if (this.#phase !== 'recording') {
      void this.begin();
      return undefined;
    }
    const { length } = payload;
    if (
      mayMove &&
      length >= LARGE_BYTES &&
      this.#batch.move(kind, direction, flags, time, payload as Uint8Array<ArrayBuffer>)
    ) {
      // Deferred, because the caller may read the payload until the end of this turn.
      if (this.#batch.full) queueMicrotask(this.#shipFull);
      else this.#shipSoon();
      return this.#next++;
    }
    return this.#add(kind, direction, flags, time, payload);
  }

  /** Adds frames of appended rows. While nothing is recorded they are dropped with their rows. */
  appendFrames(frames: FrameList, side?: 'client'): void {
    if (this.#phase !== 'recording') return;
    this.#batch.addFrames(frames, side);
    this.#shipSoon();
  }

  /** Updates the description of the recording. If it cannot be written now, it is written on resuming. */
  async update(manifest: SessionManifest): Promise<void> {
    this.#description.manifest = manifest;
    const isThere = this.#isWriter || this.existing;
    if (isThere && this.#phase !== 'suspended') await this.#description.write();
  }

  /** Resolves when every row so far is on disk or counted as unrecorded. */
  async flush(): Promise<void> {
    this.#ship();
    if (!this.#isOpen()) return;
    // The worker answers in order, so all earlier batches have been answered by then.
    const [answer] = await Promise.allSettled([this.hooks.worker().rows(this.id, 0, 0), this.created]);
    // The worker rejects if it could not create the recording or lost it in a crash. Its rows are then counted.
    if (answer.status === 'rejected' && this.#isOpen()) throw answer.reason;
  }

  /** Whether the worker has the recording open, for writing or for reading. */
  #isOpen(): boolean {
    return this.#phase !== 'suspended' && !this.#closed;
  }

  /**
   * Writes every row to disk, or counts it as unrecorded and leaves a gap row if possible; then closes the files.
   * @throws DuplexError if that fails; it may be called again
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
    // Waits for both, whether or not they succeed: failures are reported when they happen.
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
      // A crashed worker loses its open files, but its lock remains.
      if (toDuplexError(error).code !== 'call.disposed') throw error;
      unlock(this.folder, this.#writer);
    }
  }

  /** The worker has written a batch. */
  onAppended(extent: Extent, batch: Batch): void {
    this.#settle(batch);
    // Batches that were sent before a failure may still be written.
    if (extent.rows >= this.#extent.rows) this.#extent = extent;
    if (this.#pendingGap !== undefined && extent.rows > this.#pendingGap.row)
      this.#reportGap(this.#pendingGap);
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
      // Memory is exhausted: the loss is reported and counted, and reading from the socket continues.
      const text = `A message of ${payload.length} bytes could not be recorded: set a lower limit with ${optionNamed('maxPayload')}.`;
      this.#suspend(new DuplexError('limit.payload', text, { cause: error }));
      return undefined;
    }
    // The last row of a connection waits only for its frames.
    if (kind === 'close') queueMicrotask(this.#ship);
    else this.#shipSoon();
    return this.#next++;
  }

  readonly #shipFull = (): void => {
    if (this.#batch.full) this.#ship();
  };

  #shipSoon(): void {
    if (this.#batch.full) this.#ship();
    else this.#flushTimer ??= setTimeout(this.#ship, FLUSH_INTERVAL);
  }

  readonly #ship = (): void => {
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
  };

  #settle(batch: Batch): void {
    this.#batch.recycle(batch);
    this.#backlog.settle(batch.weight);
  }

  /** Stops recording. Rows that are not on disk, and all new ones, are counted until it resumes. */
  #suspend(error: BoundaryError): void {
    if (this.#phase === 'suspended' || this.#closed) return;
    const isKnown = this.#failure !== undefined;
    this.#phase = 'suspended';
    this.#pendingGap = undefined;
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
        // The failure was already reported; the session keeps showing the cause and the number of unrecorded rows.
        const { code, message } = toDuplexError(thrown);
        if (code !== this.#failure?.code) this.#failure = { code, message };
        this.#retryLater();
      });
    }, RETRY_INTERVAL);
    // Does not keep a finished command line alive.
    this.#retryTimer.unref();
  }

  async #make(): Promise<void> {
    const { manifest } = this.#description;
    await this.hooks.worker().create(this.id, this.folder, manifest, this.#writer);
    this.#isWriter = true;
    this.#description.markWritten(manifest);
    this.#description.writeLate();
  }

  async #open(): Promise<void> {
    const extent = await this.hooks.worker().open(this.id, this.folder);
    if (this.#phase === 'reading') this.#continueAt(extent);
  }

  /** @param isLast whether to try even on a nearly full disk, because it is the last chance to record the gap */
  #resume(isLast: boolean, cutRows = 0): Promise<void> {
    this.#resuming = this.#resumeNow(isLast, cutRows);
    return this.#resuming;
  }

  async #resumeNow(isLast: boolean, cutRows: number): Promise<void> {
    // Never in a folder that this recorder did not create, because it may hold another recording.
    if (!this.existing && !this.#isWriter) await this.#make();
    if (this.#closed) return;
    const extent = await this.hooks.worker().resume(this.id, this.folder, this.#writer, {
      needsRoom: !isLast && this.#failure?.code === 'disk.full',
      cutRows: Math.min(cutRows, this.#ledger.rowsSinceGap(this.#extent)),
    });
    if (!this.#isWriter) this.#ledger.start(extent);
    this.#isWriter = true;
    if (this.#closed) return;
    this.#continueAt(extent);
    this.#phase = 'recording';
    this.hooks.onRestart(extent.rows);
    this.#writeGap();
    this.#description.writeLate();
    this.hooks.onChange();
  }

  /** Writes a gap row for the missing rows. It counts only when it is on disk, which a full disk prevents. */
  #writeGap(): void {
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
    this.#pendingGap = { row, time, detail, payloadBytes: payload.length };
    this.#ship();
  }

  #reportGap({ detail, row, time, payloadBytes }: PendingGap): void {
    this.#ledger.accountFor(row, detail, payloadBytes);
    this.#pendingGap = undefined;
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
