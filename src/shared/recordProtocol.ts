import type { DuplexError } from './errors.ts';
import type { FramePage } from './frames.ts';
import type { SessionId } from './session.ts';
import type { Direction, HeaderList, Kind, Row } from './timeline.ts';

/** The contents of session.json (docs/recording-format.md). It contains no secrets. */
export interface SessionManifest {
  readonly format: 'duplex-recording';
  readonly version: 1 | 2;
  readonly name: string;
  /** Without credentials. */
  readonly url: string;
  /** The option `protocol` of its connections; `auto` if it is absent. */
  readonly protocol?: string;
  /** Which side of its connections recorded them; `client` if it is absent. */
  readonly role?: 'client' | 'server';
  /** The option `decode` of its connections, if there are such rules. */
  readonly decode?: readonly string[];
  /** ISO 8601; microsecond times of the rows count from it. */
  readonly startedAt: string;
  /** Bytes of a payload segment: payload byte N is in segment floor(N / segmentBytes). */
  readonly segmentBytes: number;
  /** Secrets are masked. */
  readonly requestHeaders: HeaderList;
  readonly responseHeaders: HeaderList;
  /** Number of the first row that is not hidden by a clear; 0 if absent. */
  readonly firstRow?: number;
  /** If false, the recording is removed when its session ends, or later if a crash leaves it. */
  readonly keep?: boolean;
}

/** A payload in its own buffer; its place is before byte `at` of the batch's slab. */
export interface LargePayload {
  readonly at: number;
  readonly buffer: ArrayBuffer;
}

/** Rows and their payloads, filled on the host and transferred: after the call the sender no longer owns the buffers. */
export interface Batch {
  readonly payload: ArrayBuffer;
  /** Bytes of `payload` that are used. */
  readonly payloadBytes: number;
  readonly index: ArrayBuffer;
  readonly rows: number;
  /** Payloads outside the slab, in order. They are not returned. */
  readonly large?: readonly LargePayload[];
  /** Bytes of memory that its payloads use. */
  readonly weight: number;
  /** Records of frames.bin, for these rows or earlier ones. They are not returned. */
  readonly frames?: Uint8Array<ArrayBuffer>;
  /** Those of client-frames.bin. */
  readonly clientFrames?: Uint8Array<ArrayBuffer>;
}

/** A DuplexError in serialisable form, for events. */
export type BoundaryError = Pick<DuplexError, 'code' | 'message'>;

/** The extent of a recording on disk. */
export interface Extent {
  readonly rows: number;
  readonly payloadBytes: number;
  /** Bytes of frames.bin and client-frames.bin; absent if neither exists. */
  readonly frameBytes?: number;
}

/** A message of a recording. */
export interface RecordedMessage {
  readonly kind: Extract<Kind, 'text' | 'binary'>;
  readonly direction: Exclude<Direction, 'none'>;
  readonly data: Uint8Array;
}

export interface MessagePage {
  readonly messages: readonly RecordedMessage[];
  /** Number of the row after the last one that was examined; the page before the end may be empty. */
  readonly next: number;
}

export interface ResumeOptions {
  /** Fails with `disk.full` while the disk has only little free space. */
  readonly needsRoom: boolean;
  /** Complete rows to cut from the end, to make room for a gap row. */
  readonly cutRows: number;
}

/** Calls that the host makes to the record worker. `writer` names the recorder in the recording's lock. */
export interface RecordWorkerCalls {
  /** Creates the folder and its files for writing. */
  create(id: SessionId, folder: string, manifest: SessionManifest, writer: string): Promise<void>;
  /** Opens an existing recording for reading. Nothing on disk changes. */
  open(id: SessionId, folder: string): Promise<Extent>;
  /** Replaces session.json. A recording that is only read is locked meanwhile. */
  writeManifest(id: SessionId, manifest: SessionManifest, writer: string): Promise<void>;
  /**
   * Event without an answer: `appended` or `failed` reports the result. After `failed`, everything is refused until
   * `resume`.
   */
  append(id: SessionId, batch: Batch): void;
  /**
   * Opens an existing recording for writing, also after `failed` or a crash of the worker: locks it, cuts its torn end
   * and answers where appending continues.
   */
  resume(id: SessionId, folder: string, writer: string, options: ResumeOptions): Promise<Extent>;
  rows(id: SessionId, from: number, count: number): Promise<Row[]>;
  /** The messages from row `from` on, as many as fit into a page. @param sentOnly leaves out received ones */
  messages(id: SessionId, from: number, sentOnly: boolean): Promise<MessagePage>;
  /** Number of the first row at or after a time in microseconds; the number of rows if there is none. */
  rowAtTime(id: SessionId, time: number): Promise<number>;
  /** A row's frames from number `from` on: up to `count`, none if they were not kept. */
  frames(id: SessionId, seq: number, from: number, count: number): Promise<FramePage>;
  /** A part of one row's stored payload. */
  read(id: SessionId, seq: number, from: number, length: number): Promise<Uint8Array>;
  close(id: SessionId): Promise<void>;
}

/** Events that the record worker sends to the host. */
export interface RecordWorkerEvents {
  /** A batch is on disk; its buffers are returned for reuse. */
  appended(id: SessionId, extent: Extent, batch: Batch): void;
  /** A batch could not be written. `extent` is the intact part on disk; undefined if this worker does not know it. */
  failed(id: SessionId, extent: Extent | undefined, error: BoundaryError, batch: Batch): void;
}
