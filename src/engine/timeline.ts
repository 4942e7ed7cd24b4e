import type { Role } from '../core/protocol/protocolModule.ts';
import { plainBytes } from '../net/plainBytes.ts';
import { FORMAT, SEGMENT_BYTES, VERSION } from '../recording/layout.ts';
import type { SlabPool } from '../recording/write/batchWriter.ts';
import type { MessageCounts } from '../shared/queryProtocol.ts';
import type {
  BoundaryError,
  MessagePage,
  RecordWorkerCalls,
  SessionManifest,
} from '../shared/recordProtocol.ts';
import type { ConnectOptions, SessionId, Unrecorded } from '../shared/session.ts';
import { toDuplexError } from '../shared/errors.ts';
import { FLAG } from '../shared/timeline.ts';
import type {
  CloseDetail,
  Direction,
  ErrorDetail,
  Kind,
  NoteDetail,
  OpenDetail,
} from '../shared/timeline.ts';
import { FrameMatcher } from './frameMatcher.ts';
import { recordedHeaders, recordedUrl } from './recordedSession.ts';
import { Recorder } from './recorder.ts';
import { RowNumbers } from './rowNumbers.ts';
import type { ProtocolDetector } from './protocolDetector.ts';

/** Receives each row of a session when it happens, on the main thread. */
export interface SessionTap {
  /** `payload` is a view that is valid only during the call: copy it to keep it. */
  onRow(row: {
    /**
     * Number of the row, from 0. In the recording, rows after a gap have lower numbers, because the missing
     * rows have none there.
     */
    readonly seq: number;
    readonly time: number;
    readonly kind: Kind;
    readonly direction: Direction;
    readonly payload: Uint8Array;
    /** Whether the protocol of the session sent it automatically. */
    readonly automatic: boolean;
    /** Bits of FLAG. */
    readonly flags: number;
  }): void;
}

/** A recording that a session continues. */
export interface ExistingRecording {
  readonly manifest: SessionManifest;
  /** The time of its last row, in microseconds since its start. */
  readonly lastTime: number;
  readonly counts: MessageCounts;
  /** Its first rows, by which its protocol is recognised. */
  readonly firstRows: readonly {
    readonly row: { readonly kind: Kind; readonly direction: Direction };
    readonly payload: Uint8Array;
  }[];
  /** Whether it lies outside the engine's own folder; closing the session then never removes it. */
  readonly isForeign: boolean;
}

export interface TimelineOptions {
  readonly id: SessionId;
  /** Undefined: nothing is recorded, and rows are only numbered and tapped. */
  readonly folder: string | undefined;
  readonly existing: ExistingRecording | undefined;
  /** Whether the recording outlives the session. */
  readonly keep: boolean;
  /** The role of this side; undefined: `client`. */
  readonly role: Role | undefined;
  readonly tap: SessionTap | undefined;
  readonly worker: () => RecordWorkerCalls;
  readonly slabs: SlabPool;
  /** Examines each row to recognise the protocol. */
  readonly detector: ProtocolDetector;
  readonly onChange: () => void;
  readonly onBehind: (behind: boolean) => void;
  readonly onFailed: (error: BoundaryError) => void;
}

/** The content of a row that is not a message, by its kind. */
interface Details {
  readonly open: OpenDetail;
  readonly close: CloseDetail;
  readonly error: ErrorDetail;
  readonly note: NoteDetail;
}

const encoder = new TextEncoder();

/** The rows of one session: assigns numbers and times, records them, and passes them to the tap. */
export class Timeline {
  /** Wall-clock start in milliseconds since the epoch. A later change of the clock does not reorder rows. */
  readonly startedAt: number;
  readonly recorder: Recorder | undefined;
  /** The same moment in milliseconds of performance.now(). */
  readonly #start: number;
  #now: number | undefined;
  #lastReceived: number | undefined;
  readonly #forgetNow = (): void => {
    this.#now = undefined;
  };
  readonly #tap: SessionTap | undefined;
  readonly #onFailed: (error: BoundaryError) => void;
  readonly #worker: () => RecordWorkerCalls;
  readonly #detector: ProtocolDetector;
  #manifest: SessionManifest;
  readonly #numbers = new RowNumbers();
  #firstRow: number;
  #frames: FrameMatcher | undefined;
  /** The matcher of the frames on the client's side of a proxy. */
  #clientFrames: FrameMatcher | undefined;

  constructor(
    name: string,
    options: ConnectOptions,
    { id, folder, existing, keep, role, tap, detector, ...hooks }: TimelineOptions,
  ) {
    this.#tap = tap;
    this.#detector = detector;
    this.#onFailed = hooks.onFailed;
    this.#worker = hooks.worker;
    this.#firstRow = existing?.manifest.firstRow ?? 0;
    this.startedAt = existing ? Date.parse(existing.manifest.startedAt) : Date.now();
    // Times continue from the recording's start and never precede its last row, even if the clock was set back.
    const elapsed = Math.max(Date.now() - this.startedAt, (existing?.lastTime ?? 0) / 1000);
    this.#start = performance.now() - elapsed;
    this.#manifest = existing?.manifest ?? {
      format: FORMAT,
      version: VERSION,
      name,
      url: recordedUrl(options),
      ...(options.protocol !== 'auto' && { protocol: options.protocol }),
      ...(role === 'server' && { role }),
      ...(options.decode.length > 0 && { decode: options.decode }),
      startedAt: new Date(this.startedAt).toISOString(),
      segmentBytes: SEGMENT_BYTES,
      requestHeaders: recordedHeaders(options),
      responseHeaders: [],
      ...(!keep && { keep }),
    };
    if (folder !== undefined)
      this.recorder = new Recorder(
        id,
        folder,
        this.#manifest,
        {
          ...hooks,
          now: () => this.now(),
          onRestart: (row) => this.#restarted(row),
          onGap: (gap, row, time) => this.#show(row, 'note', 'none', encode(gap), time),
        },
        existing !== undefined,
      );
  }

  /**
   * Microseconds since the session began. All rows of one read from the socket share the time of that read, so the
   * clock is read once for hundreds of messages.
   */
  now(): number {
    if (this.#now === undefined) {
      this.#now = Math.round((performance.now() - this.#start) * 1000);
      queueMicrotask(this.#forgetNow);
    }
    return this.#now;
  }

  get rows(): number {
    return this.recorder?.rows ?? 0;
  }

  /** Waits until every row so far is on disk or counted as unrecorded. @returns the number of readable rows */
  async flushed(): Promise<number> {
    await this.recorder?.flush();
    return this.rows;
  }

  /**
   * Recorded messages from row `from` on, as many as fit into a page.
   * @param sentOnly whether to leave out received messages
   */
  async messages(from: number, sentOnly: boolean): Promise<MessagePage> {
    if (this.recorder === undefined) return { messages: [], next: from };
    return this.#worker().messages(this.recorder.id, from, sentOnly);
  }

  get unrecorded(): Unrecorded | undefined {
    return this.recorder?.unrecorded;
  }

  /**
   * When the last message or control frame arrived, in microseconds since the session began; undefined before
   * the first.
   */
  get lastReceived(): number | undefined {
    return this.#lastReceived;
  }

  /** Number of the first row that is not hidden by a clear. */
  get firstRow(): number {
    return this.#firstRow;
  }

  /** Hides the rows so far behind a mark; they stay in the recording. */
  async clear(): Promise<void> {
    const beginning = this.recorder?.begin();
    if (beginning !== undefined) await beginning;
    this.#firstRow = this.recorder?.next ?? this.#numbers.next;
    const text = 'Cleared: earlier rows are hidden, not deleted.';
    this.addDetail('note', 'none', { note: 'cleared', text }, FLAG.cleared);
    await this.describe({ firstRow: this.#firstRow });
  }

  /**
   * @param mayMove whether the payload's buffer is unused after this turn of the event loop: a large one is
   * then moved, not copied
   */
  add(kind: Kind, direction: Direction, payload: Uint8Array, flags = 0, mayMove = false): void {
    const time = this.now();
    if (direction === 'in') this.#lastReceived = time;
    // This comes before the recorder, which may move the payload.
    this.#detector.onRow(kind, direction, payload);
    const row = this.recorder?.append(kind, direction, flags, time, payload, mayMove);
    if (this.#frames !== undefined) this.#frames.onRow(row, kind, direction);
    this.#show(row, kind, direction, payload, time, flags);
  }

  /**
   * Adds a row for the proxy's connection to its client, which is not the connection of this session.
   * @returns its number in the recording; undefined if it is not recorded
   */
  addAside(kind: Kind, direction: Direction, payload: Uint8Array, flags = 0): number | undefined {
    const time = this.now();
    const row = this.recorder?.append(kind, direction, flags, time, payload);
    this.#show(row, kind, direction, payload, time, flags);
    return row;
  }

  /**
   * Adds a row for a message that is sent later or never. Call `leaves` just before the message is sent, so
   * that its frames belong to the row, or `stays` if it is never sent.
   */
  addWaiting(kind: Kind, payload: Uint8Array, flags: number): { leaves(): void; stays(): void } {
    this.#detector.onRow(kind, 'out', payload);
    const row = this.addAside(kind, 'out', payload, flags);
    const frames = this.#frames;
    if (row !== undefined) frames?.reserve(row);
    return {
      leaves: () => frames?.settle(row, kind, true),
      stays: () => frames?.settle(row, kind, false),
    };
  }

  addDetail<K extends keyof Details>(kind: K, direction: Direction, detail: Details[K], flags = 0): void {
    this.add(kind, direction, encode(detail), flags);
  }

  /**
   * Creates the collector of a new connection's frames, which are recorded with their rows.
   * @returns undefined if frames are not recorded
   */
  watchFrames(keep: boolean): FrameMatcher | undefined {
    return (this.#frames = this.#createMatcher(keep));
  }

  /** Creates the collector of the frames between a proxy and its client; the caller names their rows. */
  watchClientFrames(keep: boolean): FrameMatcher | undefined {
    return (this.#clientFrames = this.#createMatcher(keep, 'client'));
  }

  #createMatcher(keep: boolean, side?: 'client'): FrameMatcher | undefined {
    const { recorder } = this;
    if (!keep || recorder === undefined) return undefined;
    return new FrameMatcher(
      () => this.now(),
      (frames) => recorder.appendFrames(frames, side),
    );
  }

  /** Keeps session.json up to date; resolves when it is written. */
  async describe(
    change: Partial<
      Pick<
        SessionManifest,
        'name' | 'url' | 'protocol' | 'decode' | 'requestHeaders' | 'responseHeaders' | 'firstRow'
      >
    >,
  ): Promise<void> {
    this.#manifest = { ...this.#manifest, ...change };
    await this.recorder?.update(this.#manifest);
  }

  /** The number of a row in the recording; undefined if it is not recorded. @param seq its displayed number */
  rowOf(seq: number): number | undefined {
    return this.#numbers.rowOf(seq);
  }

  #show(
    row: number | undefined,
    kind: Kind,
    direction: Direction,
    payload: Uint8Array,
    time: number,
    flags = 0,
  ): void {
    const seq = this.#numbers.add(row);
    const automatic = (flags & FLAG.automatic) !== 0;
    this.#tap?.onRow({ seq, time, kind, direction, payload: plainBytes(payload), automatic, flags });
  }

  #restarted(row: number): void {
    this.#numbers.restart(row);
    this.#frames?.forgetRows();
    this.#clientFrames?.forgetRows();
    // A clear may have counted rows that never reached the disk: rows that are recorded from now on must stay visible.
    if (this.#firstRow <= row) return;
    this.#firstRow = row;
    this.describe({ firstRow: row }).catch((error: unknown) => this.#onFailed(toDuplexError(error)));
  }
}

function encode(detail: Details[keyof Details]): Uint8Array {
  return encoder.encode(JSON.stringify(detail));
}
