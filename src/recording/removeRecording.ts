import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { diskError } from './diskError.ts';
import { LOCK_FILE, MANIFEST_FILE } from './layout.ts';

/** The files of docs/recording-format.md, and what replacing one may have left. */
export const RECORDING_FILE =
  /^(session\.json(\.new)?|index\.bin|payload-\d{4,}\.bin|frames\.bin|writer\.lock)$/;

/**
 * Removes a recording, and its folder where nothing else is in it: a user may have recorded into a folder of other files.
 * A folder that is gone already is no error. @throws DuplexError `disk.denied`
 */
export async function removeRecording(folder: string): Promise<void> {
  try {
    const names = await readdir(folder);
    const own = names.filter((name) => RECORDING_FILE.test(name));
    // The description goes first, so that what an interruption leaves is no recording any more; the lock last.
    own.sort((a, b) => order(a) - order(b));
    for (const name of own) await rm(join(folder, name), { force: true });
    if (own.length === names.length) await rmdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw diskError(error, folder);
  }
}

function order(name: string): number {
  if (name === MANIFEST_FILE) return 0;
  return name === LOCK_FILE ? 2 : 1;
}
