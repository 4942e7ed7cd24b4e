import { DuplexError } from '../shared/errors.ts';

/** Converts a failed file operation to an error with a code; its message names the file and the remedy. */
export function diskError(thrown: unknown, file: string): DuplexError {
  if (thrown instanceof DuplexError) return thrown;
  const cause = { cause: thrown };
  const code = (thrown as NodeJS.ErrnoException | undefined)?.code;
  switch (code) {
    case undefined: {
      const text = thrown instanceof Error ? thrown.message : String(thrown);
      return new DuplexError('internal', `${file}: ${text}`, cause);
    }
    case 'ENOSPC':
      return new DuplexError(
        'disk.full',
        `There is no space left to write ${file}: free some, or record elsewhere.`,
        cause,
      );
    case 'EDQUOT':
      return new DuplexError(
        'disk.full',
        `Your disk quota has no space left to write ${file}: free some, or record elsewhere.`,
        cause,
      );
    case 'EFBIG':
      return new DuplexError(
        'disk.denied',
        `${file} cannot grow: it has reached the file-size limit of this process or of its disk. ` +
          'Raise the limit (ulimit -f), or record elsewhere.',
        cause,
      );
    case 'EEXIST':
      return new DuplexError(
        'disk.denied',
        `${file} exists already: choose a folder without a recording.`,
        cause,
      );
    default:
      return new DuplexError(
        'disk.denied',
        `${file} cannot be used (${code}): check that its folder exists and may be written.`,
        cause,
      );
  }
}
