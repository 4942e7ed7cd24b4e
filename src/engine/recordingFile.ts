import { readFrames } from '../recording/frameFile.ts';
import type { IndexRow } from '../recording/layout.ts';
import { RecordingReader } from '../recording/read/reader.ts';
import type { FramePage } from '../shared/frames.ts';
import type { SessionManifest } from '../shared/recordProtocol.ts';
import type { Row } from '../shared/timeline.ts';
import type { ExistingRecording } from './timeline.ts';

export { exportRows, ROW_EXPORT_KINDS, withWireSizes } from '../recording/export/exportRows.ts';
export { createDraftExporter } from '../recording/export/draftExporter.ts';
export { requireOutside, writeWholeFolder } from '../recording/wholeFile.ts';
export { writeRecording, writeRecordings } from '../recording/write/writeRecording.ts';
// Re-exported, because the command line prints rows in the same form as the worker that saves them.
export { jsonLine } from '../recording/read/jsonLine.ts';
export { createTextLines, type Colours } from '../recording/read/textLine.ts';
export { detailOf, printedPayload, withSentence } from '../recording/read/rowDetail.ts';
export type { LineOf, LineRow } from '../recording/read/rowDetail.ts';

/** A recorded folder that is read without a session, even while it grows. */
export interface Recording {
  readonly manifest: SessionManifest;
  /** The number of complete rows when the recording was opened. */
  readonly rows: number;
  /** Bytes after the last complete row, which a crash cut off; the reader ignores them. */
  readonly tornBytes: number;
  readRows(from: number, count: number): Row[];
  /** Up to `count` rows with their whole payloads; fewer if they are large, none at the end. */
  readPage(from: number, count: number): { row: IndexRow; payload: Uint8Array }[];
  readPayload(seq: number): Uint8Array;
  /** Up to `count` frames of a row from number `from` on; none if frames were not recorded. */
  readFrames(seq: number, from: number, count: number): FramePage;
  close(): void;
}

/** @throws DuplexError `file.invalid` if the folder is not a recording, `disk.denied` if it cannot be read */
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

/** A sentence that reports the omitted end of a torn recording; undefined if the recording is complete. */
export function tornSentence({ tornBytes, rows }: Pick<Recording, 'tornBytes' | 'rows'>): string | undefined {
  if (tornBytes === 0) return undefined;
  const place = rows === 0 ? '' : ` behind row ${rows - 1}`;
  return `${tornBytes} bytes${place} are not a whole row and were left out: its recorder was killed, or is still writing.`;
}

/** Rows of a recording that are examined to recognise its protocol. */
const FIRST_ROWS = 32;

/** The state of a recording that a session needs to continue it. */
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
