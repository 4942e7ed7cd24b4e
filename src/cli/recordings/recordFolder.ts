import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DuplexError } from '../../shared/errors.ts';

/**
 * Creates the folder of `--record`, which holds one folder per recording, if it is missing.
 * @returns its absolute path
 * @throws DuplexError `disk.denied`
 */
export async function recordFolder(folder: string): Promise<string> {
  const path = resolve(folder);
  try {
    await mkdir(path, { recursive: true });
    return path;
  } catch (cause) {
    const message = `Nothing can be recorded in ${folder}: ${(cause as Error).message}.`;
    throw new DuplexError('disk.denied', message, { cause });
  }
}
