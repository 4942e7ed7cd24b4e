import { randomUUID } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { DuplexError } from '../../shared/errors.ts';

/**
 * Writes a report atomically: a reader finds the old one or the new one, never a part.
 * @throws DuplexError `disk.denied`
 */
export async function writeReport(path: string, text: string): Promise<void> {
  const partial = `${path}.${randomUUID().slice(0, 8)}.part`;
  try {
    const isSpecial = await stat(path).then(
      (stats) => !stats.isFile(),
      () => false,
    );
    // Writes to a device or a pipe directly instead of replacing it with a file.
    if (isSpecial) return await writeFile(path, text);
    await writeFile(partial, text);
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true });
    const message = `The report cannot be written to ${path}: ${(cause as Error).message}.`;
    throw new DuplexError('disk.denied', message, { cause });
  }
}
