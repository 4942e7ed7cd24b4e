// @ts-check
import { mkdir, mkdtemp, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError } from './setupError.mjs';

/**
 * Fails early if a folder is not writable. Creates the folder if it does not exist.
 * @param {string} folder
 */
export async function requireWritable(folder) {
  try {
    await mkdir(folder, { recursive: true });
    // Permissions are not enough: the disk may be full or mounted read-only.
    await rmdir(await mkdtemp(join(folder, '.duplex-')));
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    throw new SetupError(
      code === 'ENOSPC' || code === 'EDQUOT'
        ? `The disk of ${folder} is full: make room there, then run this again.`
        : `Nothing can be written to ${folder} (${code}): give that folder to your user, then run this again.`,
    );
  }
}
