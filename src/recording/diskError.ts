import { DuplexError } from '../shared/errors.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const DENIED = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOENT',
  'ENOTDIR',
  'EISDIR',
  'EBUSY',
  'ENAMETOOLONG',
  'EBADF',
]);

/** A failed file operation as an error that names the file and the remedy. */
export function diskError(thrown: unknown, file: string): DuplexError {
  if (thrown instanceof DuplexError) return thrown;
  const code = (thrown as NodeJS.ErrnoException).code ?? '';
  const cause = { cause: thrown };
  if (FULL.has(code))
    return new DuplexError(
      'disk.full',
      `There is no space left to write ${file}: free some, or record elsewhere.`,
      cause,
    );
  if (code === 'EEXIST')
    return new DuplexError(
      'disk.denied',
      `${file} exists already: choose a folder without a recording.`,
      cause,
    );
  if (DENIED.has(code))
    return new DuplexError(
      'disk.denied',
      `${file} cannot be used (${code}): check that its folder exists and may be written.`,
      cause,
    );
  return new DuplexError(
    'internal',
    `${file}: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    cause,
  );
}
