import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DuplexError } from '../shared/errors.ts';
import { diskError } from './diskError.ts';
import type { RecordingReader } from './reader.ts';

const CHUNK = 4 * 1024 * 1024;

export interface SaveOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Writes a row's stored payload to a file, bit for bit. It is written beside the target and renamed over it
 * when whole, so that a crash or a cancel leaves the old file, never half of the new one.
 * @returns the bytes written
 */
export async function savePayload(
  reader: RecordingReader,
  seq: number,
  target: string,
  { signal, onProgress }: SaveOptions,
): Promise<number> {
  const total = reader.row(seq).stored;
  const partial = join(dirname(target), `.${basename(target)}.${randomUUID()}.part`);
  try {
    const file = await open(partial, 'wx');
    try {
      for (let done = 0; done < total;) {
        if (signal.aborted)
          throw new DuplexError('call.cancelled', 'Saving was cancelled; nothing was written.');
        const chunk = reader.payload(seq, done, CHUNK);
        await file.writeFile(chunk);
        done += chunk.length;
        onProgress(done, total);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, target);
    return total;
  } catch (error) {
    await rm(partial, { force: true });
    throw diskError(error, target);
  }
}
