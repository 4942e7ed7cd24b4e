import { createDraftExporter } from '../recording/export/draftExporter.ts';
import { RecordingReader } from '../recording/read/reader.ts';
import { exportedPages } from '../recording/read/save.ts';
import type { RowSet } from '../shared/timelineProtocol.ts';

/**
 * Drafts a test from the first rows of a recording, without a worker.
 * @returns the text of the request file, and sentences that name what it leaves out
 * @throws DuplexError `file.invalid` if the folder is not a recording, `disk.denied` if it cannot be read
 */
export async function draftRecording(
  folder: string,
  rows: RowSet,
): Promise<{ readonly text: string; readonly left: readonly string[] }> {
  const reader = RecordingReader.open(folder);
  try {
    const exporter = createDraftExporter(reader.manifest);
    for (const page of exportedPages(reader, rows)) {
      for (const { row, payload } of page) exporter.row(row, payload);
      if (exporter.isFull?.()) break;
      // Lets other work of the process run in between.
      await new Promise(setImmediate);
    }
    const text = [...exporter.end()].join('');
    return { text, left: exporter.left?.() ?? [] };
  } finally {
    reader.close();
  }
}
