import { toDuplexError } from '../shared/errors.ts';
import type { DuplexError } from '../shared/errors.ts';
import { deleteRecording, listRecordings } from './recordings.ts';

/** How much of old recordings is kept. 0: no limit. */
export interface Retention {
  /** Milliseconds since a recording's last row: what is gone on with stays. */
  readonly maxAge: number;
  /** Bytes of all recordings together; those that were used the longest ago go first. */
  readonly maxBytes: number;
}

/**
 * Deletes the recordings in a folder that are too old or too much, and what a crash left of sessions that keep nothing;
 * never one that somebody writes.
 * @param now milliseconds since the epoch
 * @param onFailed told of each folder that could not be read or deleted: the others go all the same
 * @returns the folders that were deleted
 */
export async function pruneRecordings(
  parent: string,
  { maxAge, maxBytes }: Retention,
  now: number,
  onFailed: (folder: string, error: DuplexError) => void,
): Promise<string[]> {
  const { recordings } = await listRecordings(parent, Number.MAX_SAFE_INTEGER, onFailed);
  const deleted: string[] = [];
  let total = 0;
  const latestFirst = [...recordings].sort((a, b) => b.usedAt - a.usedAt);
  for (const { folder, manifest, usedAt, bytes, writer } of latestFirst) {
    total += bytes;
    const tooOld = maxAge > 0 && now - usedAt > maxAge;
    const tooMuch = maxBytes > 0 && total > maxBytes;
    if (writer !== undefined || !(tooOld || tooMuch || manifest.keep === false)) continue;
    try {
      await deleteRecording(folder);
      deleted.push(folder);
      total -= bytes;
    } catch (error) {
      onFailed(folder, toDuplexError(error));
    }
  }
  return deleted;
}
