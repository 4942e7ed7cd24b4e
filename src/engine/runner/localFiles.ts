import { access, constants } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { readLimited } from '../../files/limitedFile.ts';
import { byteCount } from '../../shared/byteCount.ts';
import { DuplexError } from '../../shared/errors.ts';
import { MAX_SENT_FILE_BYTES } from '../../shared/limits.ts';
import type { StepPortsParts } from './createStepPorts.ts';

/**
 * Reads the files that requests name on this machine. Their paths are relative to the folder of the request
 * file, whose path is its `uri`.
 */
export const localFiles: Pick<StepPortsParts, 'readFile' | 'checkFile' | 'pathOf'> = {
  async readFile(path, uri, maxBytes = MAX_SENT_FILE_BYTES) {
    const file = resolve(dirname(uri), path);
    let bytes: Uint8Array | undefined;
    try {
      bytes = await readLimited(file, maxBytes);
    } catch (cause) {
      throw denied(file, cause);
    }
    if (bytes) return bytes;
    throw new DuplexError(
      'file.invalid',
      `The file ${file} is larger than ${byteCount(maxBytes)}, or is a device or a pipe without an end: name a smaller file.`,
    );
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

/** The text of a file that a request names; undefined if it cannot be read, which the run reports at its place. */
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
