import { randomUUID } from 'node:crypto';
import { closeSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { DuplexError } from '../shared/errors.ts';
import { diskError } from './diskError.ts';
import { PRIVATE_FILE, openRegular, irregularKind, writeAll } from './regularFile.ts';

/**
 * Writes a file beside its target and renames it when it is complete, so that the old file is intact after a crash or a
 * cancellation. Only its owner can read the file. If the target is a link, the link is replaced, and the file it points
 * to stays unchanged.
 * @throws DuplexError `disk.full`, `disk.denied`, and errors of `write`
 */
export async function writeWhole(target: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const partial = partialOf(target);
  try {
    requireReplaceable(target);
    const file = await open(partial, 'wx', PRIVATE_FILE);
    try {
      await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, target);
  } catch (error) {
    await discard(partial);
    throw diskError(error, target);
  }
}

/**
 * Writes a new folder beside its target and renames it when it is complete, so that no folder remains after a failure
 * or a cancellation. Only its owner can read the folder.
 * @throws DuplexError `call.invalid` if the target exists, `disk.full`, `disk.denied`, and errors of `write`
 */
export async function writeWholeFolder<T>(target: string, write: (folder: string) => Promise<T>): Promise<T> {
  const partial = partialOf(target);
  try {
    if (lstatSync(target, { throwIfNoEntry: false }))
      throw new DuplexError('call.invalid', `${target} exists: choose another name for the new folder.`);
    await mkdir(partial, { mode: 0o700 });
    const result = await write(partial);
    await rename(partial, target);
    return result;
  } catch (error) {
    await discard(partial);
    throw diskError(error, target);
  }
}

/**
 * Replaces a file by a short text in the same way, synchronously. The temporary file has a fixed name, so a crash
 * leaves at most one.
 */
export function replaceText(target: string, text: string): void {
  const partial = `${target}.new`;
  try {
    requireReplaceable(target);
    rmSync(partial, { force: true });
    const file = openRegular(partial, 'create');
    try {
      writeAll(file, new TextEncoder().encode(text), 0);
    } finally {
      closeSync(file);
    }
    renameSync(partial, target);
  } catch (error) {
    discardSync(partial);
    throw diskError(error, target);
  }
}

/**
 * Checks that a file or folder to write lies outside the recording that is exported; inside, it could replace the files
 * that are read. Follows links.
 * @throws DuplexError `call.invalid` if it lies inside
 */
export async function requireOutside(recording: string, target: string): Promise<void> {
  const [folder, place] = await Promise.all([realPlace(recording), realPlace(target)]);
  const path = relative(folder, place);
  if (path.split(sep)[0] === '..' || isAbsolute(path)) return;
  throw new DuplexError(
    'call.invalid',
    `${target} is in the recording ${recording} itself: choose a place outside of its folder.`,
  );
}

/** The real path of a file that may not exist: links are resolved in the part that exists. */
async function realPlace(path: string): Promise<string> {
  const whole = resolve(path);
  const real = await realpath(whole).catch(() => undefined);
  const parent = dirname(whole);
  return real ?? (parent === whole ? whole : join(await realPlace(parent), basename(whole)));
}

/** A rename over a device or a pipe would replace it by a file. */
function requireReplaceable(target: string): void {
  const stats = lstatSync(target, { throwIfNoEntry: false });
  if (!stats || stats.isFile() || stats.isSymbolicLink()) return;
  throw new DuplexError(
    'disk.denied',
    `${target} is ${irregularKind(stats)}, not a file: choose another name to save to.`,
  );
}

/** A unique name beside the target, even if the target's name has the maximum length. */
function partialOf(target: string): string {
  return join(dirname(target), `.${[...basename(target)].slice(0, 40).join('')}.${randomUUID()}.part`);
}

async function discard(partial: string): Promise<void> {
  try {
    await rm(partial, { recursive: true, force: true });
  } catch {
    // The path may lead below a file, for example. The original failure is reported.
  }
}

function discardSync(partial: string): void {
  try {
    rmSync(partial, { force: true });
  } catch {
    // A folder may have that name, for example. The original failure is reported.
  }
}
