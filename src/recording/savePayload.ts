import { DuplexError } from '../shared/errors.ts';
import type { RecordingReader } from './reader.ts';
import { writeWhole } from './wholeFile.ts';

const CHUNK = 4 * 1024 * 1024;

export interface SaveOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Writes a row's stored payload to a file, bit for bit, whole or not at all.
 * @returns the bytes written
 */
export async function savePayload(
  reader: RecordingReader,
  seq: number,
  target: string,
  { signal, onProgress }: SaveOptions,
): Promise<number> {
  const total = reader.row(seq).stored;
  await writeWhole(target, async (file) => {
    for (let done = 0; done < total;) {
      checkCancelled(signal);
      const chunk = reader.payload(seq, done, CHUNK);
      await file.writeFile(chunk);
      done += chunk.length;
      onProgress(done, total);
    }
  });
  return total;
}

/** @throws DuplexError `call.cancelled` */
export function checkCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new DuplexError('call.cancelled', 'Saving was cancelled; nothing was written.');
}
