import { access, constants, readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DuplexError } from '../../shared/errors.ts';
import type { RunSources } from './createRunPorts.ts';

/**
 * Reads the files that requests name on this machine, relative to the folder of the request file, whose path is its
 * `uri`.
 */
export const localFiles: Pick<RunSources, 'readFile' | 'checkFile' | 'pathOf'> = {
  async readFile(path, uri) {
    const file = resolve(dirname(uri), path);
    try {
      return await readFile(file);
    } catch (cause) {
      throw denied(file, cause);
    }
  },
  async checkFile(path, uri) {
    const file = resolve(dirname(uri), path);
    try {
      await access(file, constants.R_OK);
    } catch (cause) {
      throw denied(file, cause);
    }
  },
  pathOf: (path, uri) => resolve(dirname(uri), path),
};

/** The text of such a file; undefined if it cannot be read, which the run reports at its place. */
export function readLocalText(path: string, uri: string): Promise<string | undefined> {
  return localFiles.readFile(path, uri).then(
    (data) => new TextDecoder().decode(data),
    () => undefined,
  );
}

function denied(file: string, cause: unknown): DuplexError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DuplexError(
    'disk.denied',
    `The file ${file} cannot be read (${reason}): check the path, which is relative to the folder of the request file.`,
    { cause },
  );
}
