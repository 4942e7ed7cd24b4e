import type { DuplexError } from './errors.ts';
import type { FramePage } from './frames.ts';
import type { SessionId } from './session.ts';
import type { Direction, HeaderList, Kind, Row } from './timeline.ts';

/** The contents of session.json (docs/recording-format.md). It contains no secrets. */
export interface SessionManifest {
  readonly format: 'duplex-recording';
  readonly version: 1 | 2;
  readonly name: string;
  /** The URL without credentials. */
  readonly url: string;
  /** The option `protocol` of its connections; absent: `auto`. */
  readonly protocol?: string;
  /** The role of the side that recorded; absent: `client`. */
  readonly role?: 'client' | 'server';
  /** The option `decode` of its connections, if there are such rules. */
  readonly decode?: readonly string[];
  /** The start in ISO 8601; the times of rows count from it in microseconds. */
  readonly startedAt: string;
  /** Bytes of a payload segment: payload byte N is in segment floor(N / segmentBytes). */
  readonly segmentBytes: number;
  /** Secrets are masked. */
  readonly requestHeaders: HeaderList;
  readonly responseHeaders: HeaderList;
  /** Number of the first row that a clear does not hide; absent: 0. */
  readonly firstRow?: number;
  /** If false, the session's end removes the recording, or a later session does after a crash. */
  readonly keep?: boolean;
}

/** A payload in its own buffer. It belongs before byte `at` of the batch's slab. */
export interface LargePayload {
  readonly at: number;
  readonly buffer: ArrayBuffer;
}

/**
 * Rows and their payloads, filled by the host and transferred: after the call, the sender no longer owns the buffers.
 */
export interface Batch {
  readonly payload: ArrayBuffer;
  /** Number of used bytes of `payload`. */
  readonly payloadBytes: number;
  readonly index: ArrayBuffer;
  readonly rows: number;
  /** Payloads outside the slab, in order. Their buffers are not returned. */
  readonly large?: readonly LargePayload[];
  /** Bytes of memory that the payloads use. */
  readonly weight: number;
  /** Records of frames.bin, for these rows or earlier ones. Their buffer is not returned. */
  readonly frames?: Uint8Array<ArrayBuffer>;
  /** Records of client-frames.bin, in the same form. */
  readonly clientFrames?: Uint8Array<ArrayBuffer>;
}

/** A DuplexError in serialisable form, for events. */
export type BoundaryError = Pick<DuplexError, 'code' | 'message'>;

/** The extent of a recording on disk. */
export interface Extent {
  readonly rows: number;
  readonly payloadBytes: number;
  /** Bytes of frames.bin and client-frames.bin together; absent if neither file exists. */
  readonly frameBytes?: number;
}

/** A recorded message. */
export interface RecordedMessage {
  readonly kind: Extract<Kind, 'text' | 'binary'>;
  readonly direction: Exclude<Direction, 'none'>;
  readonly data: Uint8Array;
}

export interface MessagePage {
  readonly messages: readonly RecordedMessage[];
  /** Number of the row after the last examined one. A page before the end may have no messages. */
  readonly next: number;
}

export interface ResumeOptions {
  /** Whether to fail with `disk.full` if the disk has little free space. */
  readonly needsRoom: boolean;
  /** Complete rows to cut from the end, to make room for a gap row. */
  readonly cutRows: number;
}

/** Calls that the host makes to the record worker. `writer` names the recorder in the recording's lock. */
export interface RecordWorkerCalls {
  /** Creates the folder and its files, and opens them for writing. */
  create(id: SessionId, folder: string, manifest: SessionManifest, writer: string): Promise<void>;
  /** Opens an existing recording for reading. Nothing on disk changes. */
  open(id: SessionId, folder: string): Promise<Extent>;
  /** Replaces session.json. A recording that is only read is locked during the call. */
  writeManifest(id: SessionId, manifest: SessionManifest, writer: string): Promise<void>;
  /**
   * An event without an answer: `appended` or `failed` reports the result. After `failed`, everything is refused until
   * `resume`.
   */
  append(id: SessionId, batch: Batch): void;
  /**
   * Opens an existing recording for writing, also after `failed` or a crash of the worker: locks it and cuts its torn
   * tail.
   * @returns the extent after which appending continues
   */
  resume(id: SessionId, folder: string, writer: string, options: ResumeOptions): Promise<Extent>;
  rows(id: SessionId, from: number, count: number): Promise<Row[]>;
  /** Messages from row `from` on, as many as fit into a page. @param sentOnly whether to leave out received messages */
  messages(id: SessionId, from: number, sentOnly: boolean): Promise<MessagePage>;
  /**
   * Number of the first row at or after a time, in microseconds since the session began; the number of rows if there is
   * none.
   */
  rowAtTime(id: SessionId, time: number): Promise<number>;
  /** Up to `count` frames of a row, from number `from` on; none if frames were not recorded. */
  frames(id: SessionId, seq: number, from: number, count: number): Promise<FramePage>;
  /** Bytes of one row's stored payload, from offset `from` on. */
  read(id: SessionId, seq: number, from: number, length: number): Promise<Uint8Array>;
  close(id: SessionId): Promise<void>;
}

/** Events that the record worker sends to the host. */
export interface RecordWorkerEvents {
  /** A batch is on disk. Its buffers are returned for reuse. */
  appended(id: SessionId, extent: Extent, batch: Batch): void;
  /** A batch could not be written. `extent` is the intact part on disk; undefined if this worker does not know it. */
  failed(id: SessionId, extent: Extent | undefined, error: BoundaryError, batch: Batch): void;
}
