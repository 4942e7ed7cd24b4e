import { DuplexError } from '../../shared/errors.ts';
import type { RecordingReader } from './reader.ts';
import { exportRows, withWireSizes } from '../export/exportRows.ts';
import type { ExportedRow } from '../export/rowExporter.ts';
import { requireOutside, writeWhole } from '../wholeFile.ts';
import type { ExportedCount, RowExportKind } from '../../shared/queryProtocol.ts';
import type { RowSet } from '../../shared/timelineProtocol.ts';
import { rowPages } from './rowPages.ts';

/** Bytes of one payload per write. */
const PAYLOAD_CHUNK = 4 * 1024 * 1024;

export interface SaveOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Writes a row's stored payload to a file, unchanged, completely or not at all.
 * @returns the number of bytes written
 * @throws DuplexError `call.invalid` if the target is within the recording, and errors of reading and writing
 */
export async function writePayloadFile(
  reader: RecordingReader,
  seq: number,
  target: string,
  { signal, onProgress }: SaveOptions,
): Promise<number> {
  await requireOutside(reader.folder, target);
  const total = reader.row(seq).stored;
  await writeWhole(target, async (file) => {
    for (let done = 0; done < total;) {
      checkCancelled(signal);
      const chunk = reader.payload(seq, done, PAYLOAD_CHUNK);
      await file.writeFile(chunk);
      done += chunk.length;
      onProgress(done, total);
    }
  });
  return total;
}

/** @throws DuplexError `call.cancelled` if the signal is aborted */
function checkCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new DuplexError('call.cancelled', 'Saving was cancelled; nothing was written.');
}

/**
 * Writes the rows of a set to a file or a new folder, completely or not at all (docs/import-export.md).
 * @throws DuplexError `call.invalid` if the target is within the recording, and errors of reading and writing
 */
export async function saveRows(
  reader: RecordingReader,
  set: RowSet,
  kind: RowExportKind,
  target: string,
  { signal, onProgress }: SaveOptions,
): Promise<ExportedCount> {
  await requireOutside(reader.folder, target);
  const total = 'numbers' in set ? set.numbers.length : set.end - set.from;
  const pages = withWireSizes(exportedPages(reader, set), reader.folder);
  return exportRows(kind, reader.manifest, pages, target, (done) => {
    checkCancelled(signal);
    onProgress(done, total);
  });
}

/** The rows of a set, in pages. */
export function* exportedPages(reader: RecordingReader, set: RowSet): Generator<ExportedRow[]> {
  for (const page of rowPages(reader, set)) {
    yield page.map(({ seq, row: { time, kind, direction, flags }, payload }) => ({
      row: { seq, time, kind, direction, flags },
      payload,
    }));
  }
}
