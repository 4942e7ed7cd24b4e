import { lstat, readdir, realpath, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { diskError } from '../diskError.ts';
import { LOCK_FILE, MANIFEST_FILE } from '../layout.ts';
import { UNITS_FOLDER } from '../units/unitLayout.ts';
import { lock, newWriterId, unlock } from './lock.ts';

/** The files of the index of units, which are in a subfolder. */
const UNIT_FILE =
  /^(units\.json(\.new)?|units\.bin|names\.jsonl|states\.jsonl|writer\.lock(\.[0-9a-f]{16})*)$/;

/** The files of docs/recording-format.md, and possible remains of a replaced file or of a lock that was taken over. */
export const RECORDING_FILE =
  /^(session\.json(\.new)?|index\.bin|payload-\d{4,}\.bin|(client-)?frames\.bin|writer\.lock(\.[0-9a-f]{16})*)$/;

/**
 * Removes a recording, and its folder if it is then empty: a user may have recorded into a folder with other files. A
 * missing folder is not an error.
 * @param writer the id whose lock is taken over, because its worker has ended
 * @throws DuplexError `disk.denied` if a file cannot be removed or another process writes the recording
 */
export async function removeRecording(folder: string, writer = newWriterId()): Promise<void> {
  try {
    const real = await realpath(folder);
    lock(real, writer);
    try {
      await removeFiles(real);
    } catch (error) {
      unlock(real, writer);
      throw error;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw diskError(error, folder);
  }
}

async function removeFiles(folder: string): Promise<void> {
  await removeUnits(join(folder, UNITS_FOLDER));
  const names = await readdir(folder);
  const own = names.filter((name) => RECORDING_FILE.test(name));
  // The description is removed first, so that an interruption leaves no recording, and the lock last.
  own.sort((a, b) => order(a) - order(b));
  for (const name of own) await rm(join(folder, name), { force: true });
  if (own.length === names.length) await rmdir(folder);
}

/** Removes the index of units, which is useless without the recording. A link with its name stays. */
async function removeUnits(folder: string): Promise<void> {
  const there = await lstat(folder).catch(() => undefined);
  if (there?.isDirectory() !== true) return;
  const names = await readdir(folder);
  const own = names.filter((name) => UNIT_FILE.test(name));
  for (const name of own) await rm(join(folder, name), { force: true });
  if (own.length === names.length) await rmdir(folder);
}

function order(name: string): number {
  if (name === MANIFEST_FILE) return 0;
  return name === LOCK_FILE ? 2 : 1;
}
