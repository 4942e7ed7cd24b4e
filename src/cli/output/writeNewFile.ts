import { lstat, writeFile } from 'node:fs/promises';
import { DuplexError } from '../../shared/errors.ts';

/** What to do if a file exists. */
export interface NewFile {
  /** Overwrite it. */
  readonly force: boolean;
  /** The alternative to suggest: `name` or `folder`. */
  readonly choice: 'name' | 'folder';
  /** The mode of a new file; by default that of the process. */
  readonly mode?: number;
}

/** Writes a file. @throws DuplexError `call.invalid` if it exists, unless `force` is given; `disk.denied` */
export async function writeNewFile(
  path: string,
  text: string,
  { force, choice, mode }: NewFile,
): Promise<void> {
  try {
    await writeFile(path, text, { flag: force ? 'w' : 'wx', ...(mode !== undefined && { mode }) });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw fileExists(path, choice, cause);
    throw new DuplexError('disk.denied', `${path} cannot be written: ${(cause as Error).message}.`, {
      cause,
    });
  }
}

/** Checks the name before a long write. @throws DuplexError `call.invalid` if a file of this name exists */
export async function requireNewFile(path: string, choice: NewFile['choice'] = 'name'): Promise<void> {
  const exists = await lstat(path).then(
    () => true,
    () => false,
  );
  if (exists) throw fileExists(path, choice);
}

function fileExists(path: string, choice: NewFile['choice'], cause?: unknown): DuplexError {
  const message = `${path} exists: choose another ${choice}, or overwrite it with --force.`;
  return new DuplexError('call.invalid', message, { cause });
}
