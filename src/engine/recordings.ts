import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { diskError } from '../recording/diskError.ts';
import { INDEX_FILE } from '../recording/layout.ts';
import { writerOf } from '../recording/write/lock.ts';
import { RecordingReader } from '../recording/read/reader.ts';
import { removeRecording } from '../recording/write/removeRecording.ts';
import { toDuplexError } from '../shared/errors.ts';
import type { DuplexError } from '../shared/errors.ts';
import type { SessionManifest } from '../shared/recordProtocol.ts';

/** A recording in a list. */
export interface RecordingDescription {
  readonly folder: string;
  readonly manifest: SessionManifest;
  /** Number of complete rows. */
  readonly rows: number;
  /** When its last row was written; milliseconds since the epoch. */
  readonly usedAt: number;
  /** Bytes of its files together. */
  readonly bytes: number;
  /** Process id of its writer, which may be this process; 0 if its lock cannot be read, undefined if it has no lock. */
  readonly writer: number | undefined;
}

export interface RecordingList {
  /** Newest first. */
  readonly recordings: readonly RecordingDescription[];
  /** The number of older recordings that were not examined. */
  readonly older: number;
}

/** @throws DuplexError `file.invalid` if the folder is not a recording, `disk.denied` if it cannot be read */
export async function describeRecording(folder: string): Promise<RecordingDescription> {
  const reader = RecordingReader.open(folder);
  try {
    const { manifest } = reader;
    const { rows } = reader.extent();
    const { mtimeMs: usedAt } = await stat(join(folder, INDEX_FILE));
    return { folder, manifest, rows, usedAt, bytes: await folderBytes(folder), writer: writerOf(folder) };
  } finally {
    reader.close();
  }
}

/**
 * Lists at most `most` recordings of a folder. Folders are named by the time of their session, so the newest are found
 * by name.
 * @param onSkipped receives each folder that is not a recording
 * @throws DuplexError `disk.denied` if `parent` cannot be read
 */
export async function listRecordings(
  parent: string,
  most: number,
  onSkipped: (folder: string, error: DuplexError) => void,
): Promise<RecordingList> {
  const names = await subfolders(parent);
  const recordings: RecordingDescription[] = [];
  let at = 0;
  for (; at < names.length && recordings.length < most; at++) {
    const folder = join(parent, names[at]!);
    try {
      recordings.push(await describeRecording(folder));
    } catch (error) {
      onSkipped(folder, toDuplexError(error));
    }
  }
  recordings.sort((a, b) => startOf(b) - startOf(a));
  return { recordings, older: names.length - at };
}

/**
 * Deletes a recording's files from the disk, and no other files.
 * @throws DuplexError `file.invalid` if the folder is not a recording, `disk.denied` while another live
 * process writes it
 */
export async function deleteRecording(folder: string): Promise<void> {
  RecordingReader.open(folder).close();
  await removeRecording(folder);
}

async function subfolders(parent: string): Promise<string[]> {
  try {
    const entries = await readdir(parent, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    return names.sort().reverse();
  } catch (error) {
    // The folder does not exist until the first session creates it.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw diskError(error, parent);
  }
}

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  // The index of units has a folder of its own.
  for (const name of await readdir(folder, { recursive: true })) {
    // A temporary file of the writer may have disappeared.
    const file = await stat(join(folder, name)).catch(() => undefined);
    bytes += file?.size ?? 0;
  }
  return bytes;
}

function startOf({ manifest }: RecordingDescription): number {
  const time = Date.parse(manifest.startedAt);
  return Number.isNaN(time) ? 0 : time;
}

/** The limits on old recordings. 0: no limit. */
export interface Retention {
  /** Milliseconds since a recording's last row, so a continued recording stays. */
  readonly maxAge: number;
  /** Bytes of all recordings together; the least recently used ones are deleted first. */
  readonly maxBytes: number;
}

/**
 * Deletes the recordings in a folder that exceed the limits, and the remains of crashed sessions whose
 * recording is not kept. A recording that is being written stays.
 * @param now milliseconds since the epoch
 * @param onFailed receives each folder that could not be read or deleted; the others are still deleted
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
