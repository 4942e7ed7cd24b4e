import { randomUUID } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { DuplexError } from '../../shared/errors.ts';

/**
 * Writes a report so that a reader finds the old one or the new one, never a part.
 * @throws DuplexError `disk.denied`
 */
export async function writeReport(path: string, text: string): Promise<void> {
  const partial = `${path}.${randomUUID().slice(0, 8)}.part`;
  try {
    const isSpecial = await stat(path).then(
      (stats) => !stats.isFile(),
      () => false,
    );
    // A device or a pipe is written to; a file in its place would be something else.
    if (isSpecial) return await writeFile(path, text);
    await writeFile(partial, text);
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true });
    const message = `The report cannot be written to ${path}: ${(cause as Error).message}.`;
    throw new DuplexError('disk.denied', message, { cause });
  }
}
