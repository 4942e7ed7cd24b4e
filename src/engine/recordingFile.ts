import { readFrames } from '../recording/frameFile.ts';
import type { IndexRow } from '../recording/layout.ts';
import { RecordingReader } from '../recording/read/reader.ts';
import type { FramePage } from '../shared/frames.ts';
import type { SessionManifest } from '../shared/recordProtocol.ts';
import type { Row } from '../shared/timeline.ts';
import type { ExistingRecording } from './timeline.ts';

export { EXPORTERS, type ExportKind } from '../recording/export/exporters.ts';
export { writeRows } from '../recording/export/rowExporter.ts';
// The command line prints rows as the worker that saves them writes them.
export { jsonLine, utf8Pieces } from '../recording/read/jsonLine.ts';
export { detailOf, isUnverified, printedPayload, withSentence } from '../recording/read/rowDetail.ts';
export type { LineOf, LineRow } from '../recording/read/rowDetail.ts';

/** A recorded folder, read without a session. Also while it grows. */
export interface Recording {
  readonly manifest: SessionManifest;
  /** Whole rows when it was opened. */
  readonly rows: number;
  /** Bytes behind the last whole row, which were left out: a crash cut them off. */
  readonly tornBytes: number;
  readRows(from: number, count: number): Row[];
  /** Up to `count` rows with their whole payloads, fewer where they are large; empty at the end. */
  readPage(from: number, count: number): { row: IndexRow; payload: Uint8Array }[];
  readPayload(seq: number): Uint8Array;
  /** A row's frames number `from` and on: up to `count`, none where they were not kept. */
  readFrames(seq: number, from: number, count: number): FramePage;
  close(): void;
}

/** @throws DuplexError `file.invalid` where the folder is no recording, `disk.denied` where it cannot be read */
export function openRecording(folder: string): Recording {
  const reader = RecordingReader.open(folder);
  const { rows } = reader.extent();
  return {
    manifest: reader.manifest,
    rows,
    tornBytes: reader.tornBytes(),
    readRows: (from, count) => reader.rows(from, Math.max(0, Math.min(count, rows - from))),
    readPage: (from, count) => reader.page(from, Math.max(0, Math.min(count, rows - from))),
    readPayload: (seq) => reader.payload(seq),
    readFrames: (seq, from, count) => readFrames(folder, seq, from, count),
    close: () => reader.close(),
  };
}

/** Rows of a recording that are looked at for its protocol. */
const FIRST_ROWS = 32;

/** What a session needs to know of the recording that it goes on with. */
export function readExisting(folder: string): Omit<ExistingRecording, 'counts' | 'isForeign'> {
  const reader = RecordingReader.open(folder);
  try {
    const { rows } = reader.extent();
    const lastTime = rows === 0 ? 0 : reader.row(rows - 1).time;
    const firstRows = reader.page(0, Math.min(rows, FIRST_ROWS));
    return { manifest: reader.manifest, lastTime, firstRows };
  } finally {
    reader.close();
  }
}
