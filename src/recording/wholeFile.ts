import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { diskError } from './diskError.ts';

/**
 * Writes a file beside its target and renames it over that when it is whole, so that a crash or a cancel leaves the old
 * file, never half of the new one.
 * @throws DuplexError `disk.full`, `disk.denied`, or what `write` throws
 */
export async function writeWhole(target: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const partial = join(dirname(target), `.${basename(target)}.${randomUUID()}.part`);
  try {
    const file = await open(partial, 'wx');
    try {
      await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    throw diskError(error, target);
  }
}
