import { lstat, open, rm, writeFile } from 'node:fs/promises';
import { DuplexError } from '../../shared/errors.ts';

/** How to handle an existing file. */
export interface NewFile {
  /** Whether to overwrite an existing file. */
  readonly force: boolean;
  /** The alternative that the error suggests: `name` or `folder`. */
  readonly choice: 'name' | 'folder';
  /** The mode of a new file; by default the mode of the process. */
  readonly mode?: number;
}

/**
 * Writes a file. A new file that cannot be written completely is removed.
 * @returns whether the file is new
 * @throws DuplexError `call.invalid` if the file exists and `force` is false; `disk.denied`
 */
export async function writeNewFile(
  path: string,
  text: string,
  { force, choice, mode }: NewFile,
): Promise<boolean> {
  let isNew = false;
  try {
    const file = await open(path, 'wx', mode).catch((cause: unknown) => {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
      if (!force) throw fileExists(path, choice, cause);
      return undefined;
    });
    isNew = file !== undefined;
    await (file ? file.writeFile(text).finally(() => file.close()) : writeFile(path, text));
    return isNew;
  } catch (cause) {
    if (isNew) await rm(path, { force: true });
    if (cause instanceof DuplexError) throw cause;
    throw new DuplexError('disk.denied', `${path} cannot be written: ${(cause as Error).message}.`, {
      cause,
    });
  }
}

/**
 * Writes files. If one cannot be written, or `then` fails, the new files are removed.
 * @param then runs when all files are written
 * @throws DuplexError as `writeNewFile` does, and errors of `then`
 */
export async function writeNewFiles(
  files: readonly { readonly path: string; readonly text: string }[],
  options: NewFile,
  then: () => Promise<void>,
): Promise<void> {
  const made: string[] = [];
  try {
    for (const { path, text } of files) if (await writeNewFile(path, text, options)) made.push(path);
    await then();
  } catch (error) {
    for (const path of made) await rm(path, { force: true });
    throw error;
  }
}

/** Checks the name before a long write. @throws DuplexError `call.invalid` if a file with this name exists */
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
