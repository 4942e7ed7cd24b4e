import { setImmediate } from 'node:timers/promises';
import type { ImportedRecording } from '../../core/convert/imported.ts';
import { FORMAT, SEGMENT_BYTES, VERSION } from '../layout.ts';
import { Appender } from './appender.ts';
import { BatchWriter, SlabPool } from './batchWriter.ts';
import type { WriterId } from './lock.ts';
import { removeRecording } from './removeRecording.ts';

/**
 * Maximum rows between two pauses, in which progress is shown and a cancellation is received. Large rows pause after
 * each batch.
 */
const ROWS_AT_ONCE = 4096;

/**
 * Writes an imported connection as a recording.
 * @param folder created if missing; it must not hold a recording
 * @param onRows receives the number of rows written so far; an exception stops the work
 * @param writer the owner of the lock during the work
 * @returns the number of rows written
 * @throws DuplexError `disk.denied`, `disk.full`, and errors of `onRows`; then no part of the recording stays
 */
export async function writeRecording(
  folder: string,
  { name, url, startedAt, requestHeaders, responseHeaders, rows }: ImportedRecording,
  onRows: (rows: number) => void = () => undefined,
  writer?: WriterId,
): Promise<number> {
  const description = { name, url, startedAt, requestHeaders, responseHeaders };
  const appender = Appender.create(
    folder,
    { format: FORMAT, version: VERSION, segmentBytes: SEGMENT_BYTES, ...description },
    writer,
  );
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
      const isFull = !batch.fits(payload.length) || batch.full;
      if (isFull) flush();
      batch.add(kind, direction, flags, time, payload);
      if (++count % ROWS_AT_ONCE !== 0 && !isFull) continue;
      await setImmediate();
      onRows(count);
    }
    flush();
    onRows(count);
    appender.close();
    return count;
  } catch (error) {
    appender.close();
    await removeRecording(folder);
    throw error;
  }
}

/**
 * Writes recordings, all or none.
 * @param onRows receives the number of complete recordings and the rows of the next one; an exception stops the work
 * @returns their folders
 * @throws DuplexError as `writeRecording` does; then no part of any recording stays
 */
export async function writeRecordings(
  recordings: readonly { readonly folder: string; readonly recording: ImportedRecording }[],
  onRows: (complete: number, rows: number) => void = () => undefined,
  writer?: WriterId,
): Promise<readonly string[]> {
  const written: string[] = [];
  try {
    for (const { folder, recording } of recordings) {
      await writeRecording(folder, recording, (rows) => onRows(written.length, rows), writer);
      written.push(folder);
    }
    return written;
  } catch (error) {
    for (const folder of written) await removeRecording(folder);
    throw error;
  }
}
