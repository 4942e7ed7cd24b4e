import type { DuplexError } from './errors.ts';
import type { FramePage } from './frames.ts';
import type { SessionId } from './session.ts';
import type { HeaderList, Row } from './timeline.ts';

/** The contents of session.json (docs/recording-format.md). It contains no secrets. */
export interface SessionManifest {
  readonly format: 'duplex-recording';
  readonly version: 1;
  readonly name: string;
  /** Without credentials. */
  readonly url: string;
  /** The option `protocol` of its connections; `auto` if it is absent. */
  readonly protocol?: string;
  /** ISO 8601; microsecond times of the rows count from it. */
  readonly startedAt: string;
  /** Bytes of a payload segment: payload byte N is in segment floor(N / segmentBytes). */
  readonly segmentBytes: number;
  /** Secrets are masked. */
  readonly requestHeaders: HeaderList;
  readonly responseHeaders: HeaderList;
  /** Number of the first row that is not hidden by a clear; 0 where it is missing. */
  readonly firstRow?: number;
  /** False: the recording is removed when its session ends. What a crash leaves is removed later. */
  readonly keep?: boolean;
}

/** A payload in the buffer that it came in: it goes before byte `at` of the batch's slab. */
export interface LargePayload {
  readonly at: number;
  readonly buffer: ArrayBuffer;
}

/** Rows and their payloads, filled on the host and transferred: after the call the sender no longer owns the buffers. */
export interface Batch {
  readonly payload: ArrayBuffer;
  /** Bytes of `payload` that are filled. */
  readonly payloadBytes: number;
  readonly index: ArrayBuffer;
  readonly rows: number;
  /** Payloads that are not in the slab, in order. They do not come back. */
  readonly large?: readonly LargePayload[];
  /** Bytes of memory that its payloads take. */
  readonly weight: number;
  /** Records of frames.bin, for these rows or earlier ones. They do not come back. */
  readonly frames?: Uint8Array<ArrayBuffer>;
}

/** A DuplexError as it crosses a boundary in an event. */
export type BoundaryError = Pick<DuplexError, 'code' | 'message'>;

/** How much of a recording is on disk. */
export interface Extent {
  readonly rows: number;
  readonly payloadBytes: number;
  /** Of frames.bin; absent where there are none. */
  readonly frameBytes?: number;
}

export interface ResumeOptions {
  /** Fails with `disk.full` while the disk has room for little more than what is there. */
  readonly needsRoom: boolean;
  /** Whole rows to cut from the end: they make room for a row that tells what is missing. */
  readonly cutRows: number;
}

/** Calls that the host makes to the record worker. `writer` names the recorder in the recording's lock. */
export interface RecordWorkerCalls {
  /** Makes the folder and its files, to be written. */
  create(id: SessionId, folder: string, manifest: SessionManifest, writer: string): Promise<void>;
  /** Reads a recording that is there. Nothing on disk changes. */
  open(id: SessionId, folder: string): Promise<Extent>;
  /** Replaces session.json. A recording that is only read is locked meanwhile. */
  writeManifest(id: SessionId, manifest: SessionManifest, writer: string): Promise<void>;
  /** Event, no answer: `appended` or `failed` tells how it went. After `failed`, all is refused until `resume`. */
  append(id: SessionId, batch: Batch): void;
  /**
   * From now on writes a recording that is there, also after `failed` or a crash of the worker: locks it, cuts what is torn and
   * answers where appending continues.
   */
  resume(id: SessionId, folder: string, writer: string, options: ResumeOptions): Promise<Extent>;
  rows(id: SessionId, from: number, count: number): Promise<Row[]>;
  /** Number of the first row at or after a time in microseconds: as many as there are rows where none is. */
  rowAtTime(id: SessionId, time: number): Promise<number>;
  /** A row's frames number `from` and on: up to `count`, none where they were not kept. */
  frames(id: SessionId, seq: number, from: number, count: number): Promise<FramePage>;
  /** A part of one row's stored payload. */
  read(id: SessionId, seq: number, from: number, length: number): Promise<Uint8Array>;
  close(id: SessionId): Promise<void>;
}

/** Events that the record worker sends to the host. */
export interface RecordWorkerEvents {
  /** A batch is on disk; its buffers come back to be filled again. */
  appended(id: SessionId, extent: Extent, batch: Batch): void;
  /** A batch could not be written. `extent` is what is on disk and intact; undefined where this worker does not know it. */
  failed(id: SessionId, extent: Extent | undefined, error: BoundaryError, batch: Batch): void;
}
