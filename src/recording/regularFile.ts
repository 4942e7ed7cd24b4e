import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  writeSync,
  writevSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { DuplexError } from '../shared/errors.ts';

/** Recordings hold payloads in plain text, so only their owner may read them. */
export const PRIVATE_FILE = 0o600;
export const PRIVATE_FOLDER = 0o700;

/** `create` creates a new file; `write` changes an existing one. */
export type Access = 'read' | 'write' | 'create';

// Windows has neither flag; lstat() detects links there. Without O_NONBLOCK, opening a FIFO waits for its other end.
const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;
const SAFE = O_NOFOLLOW | O_NONBLOCK;

/**
 * Opens a file of a recording, which may come from somebody else. A link could point out of its folder, a device or a
 * FIFO may never answer, and a write to a file with a second name (a hard link) would change another file too.
 * @throws DuplexError `file.invalid` if it is not a regular file, or is opened for writing and has a second name
 * @throws Error of the system, such as ENOENT or EEXIST
 */
export function openRegular(path: string, access: Access): number {
  if (access === 'create')
    return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | SAFE, PRIVATE_FILE);
  // Checked before it is opened, because opening a device may have effects.
  requireRegular(path, lstatSync(path), access);
  const file = openSync(path, (access === 'read' ? constants.O_RDONLY : constants.O_RDWR) | SAFE);
  try {
    // The file may have been replaced between the check and the opening.
    requireRegular(path, fstatSync(file), access);
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function requireRegular(path: string, stats: Stats, access: Access): void {
  const what = irregularKind(stats);
  if (what !== undefined)
    throw new DuplexError(
      'file.invalid',
      `${path} is ${what}, and a recording consists of regular files: put a copy of its content there.`,
    );
  if (access === 'write' && stats.nlink > 1)
    throw new DuplexError(
      'file.invalid',
      `${path} has a second name (a hard link), which would change with it: put a copy of its content there.`,
    );
}

/** The kind of a file that is not a regular one; undefined for a regular file. */
export function irregularKind(stats: Stats): string | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isSymbolicLink()) return 'a link';
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}

/** Writes all bytes at a position. One system call may write fewer than requested. */
export function writeAll(file: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length;)
    done += writeSync(file, bytes, done, bytes.length - done, at + done);
}

/** Writes pieces end to end at a position, with one system call if it takes all of them. */
export function writePieces(file: number, pieces: readonly Uint8Array[], at: number): void {
  let done = pieces.length > 1 ? writevSync(file, pieces, at) : 0;
  for (const piece of pieces) {
    if (done < piece.length) writeAll(file, piece.subarray(done), at + done);
    done = Math.max(0, done - piece.length);
    at += piece.length;
  }
}

/** Fills `bytes` from a position. @returns the number of bytes read */
export function readAll(file: number, bytes: Uint8Array, at: number): number {
  let done = 0;
  while (done < bytes.length) {
    const read = readSync(file, bytes, done, bytes.length - done, at + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}

/**
 * Reads a small file as text.
 * @throws DuplexError `file.invalid` if it is not a regular file or has more than `maxBytes`
 */
export function readText(path: string, maxBytes: number): string {
  const file = openRegular(path, 'read');
  try {
    const bytes = new Uint8Array(Math.min(fstatSync(file).size, maxBytes + 1));
    if (bytes.length > maxBytes)
      throw new DuplexError('file.invalid', `${path} is too large: restore it from a copy.`);
    return new TextDecoder().decode(bytes.subarray(0, readAll(file, bytes, 0)));
  } finally {
    closeSync(file);
  }
}
