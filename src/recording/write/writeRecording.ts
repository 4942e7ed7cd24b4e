import type { ImportedRecording } from '../../core/convert/imported.ts';
import { FORMAT, SEGMENT_BYTES, VERSION } from '../layout.ts';
import { Appender } from './appender.ts';
import { BatchWriter, SlabPool } from './batchWriter.ts';
import { removeRecording } from './removeRecording.ts';

/** Rows after which a pause lets others run, and a cancel is seen. */
const ROWS_AT_ONCE = 4096;

/**
 * Writes what was imported as a recording.
 * @param folder is made; it must not hold a recording
 * @param onRows is told the rows written so far, now and then; what it throws ends the work
 * @returns the rows written
 * @throws DuplexError `disk.denied`, `disk.full`, or what `onRows` throws: nothing of the recording stays
 */
export async function writeRecording(
  folder: string,
  { name, url, startedAt, requestHeaders, responseHeaders, rows }: ImportedRecording,
  onRows: (rows: number) => void | Promise<void> = () => undefined,
): Promise<number> {
  const appender = Appender.create(folder, {
    format: FORMAT,
    version: VERSION,
    name,
    url,
    startedAt,
    segmentBytes: SEGMENT_BYTES,
    requestHeaders,
    responseHeaders,
  });
  try {
    const batch = new BatchWriter(0, new SlabPool());
    const flush = (): void => {
      const taken = batch.take();
      if (!taken) return;
      appender.append(taken);
      batch.recycle(taken);
    };
    let count = 0;
    for (const { kind, direction, flags, time, payload } of rows()) {
      if (!batch.fits(payload.length) || batch.full) flush();
      batch.add(kind, direction, flags, time, payload);
      if (++count % ROWS_AT_ONCE === 0) await onRows(count);
    }
    flush();
    await onRows(count);
    appender.close();
    return count;
  } catch (error) {
    appender.close();
    await removeRecording(folder);
    throw error;
  }
}
