import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuplexError } from '../shared/errors.ts';
import { diskError } from './diskError.ts';
import { LOCK_FILE } from './layout.ts';

/**
 * Marks a recording as being written by this process. A mark that a killed process left is taken over.
 * @param takeOver also a mark of this process: by a record worker that takes the place of one that crashed
 * @throws DuplexError `disk.denied` while somebody writes it, such as a second window
 */
export function lock(folder: string, takeOver = false): void {
  const file = join(folder, LOCK_FILE);
  for (let tries = 0; ; tries++) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || tries > 0) throw diskError(error, file);
    }
    const owner = writerOf(folder);
    if (owner === process.pid && !takeOver)
      throw new DuplexError(
        'disk.denied',
        `${folder} is being recorded by a session of this window: close that first.`,
      );
    if (owner !== undefined && owner !== process.pid)
      throw new DuplexError(
        'disk.denied',
        `${folder} is being recorded by another window or program (process ${owner}): close it there first.`,
      );
    rmSync(file, { force: true });
  }
}

export function unlock(folder: string): void {
  rmSync(join(folder, LOCK_FILE), { force: true });
}

/** The live process that writes a recording, or undefined. */
export function writerOf(folder: string): number | undefined {
  let owner: number;
  try {
    owner = Number(readFileSync(join(folder, LOCK_FILE), 'utf8'));
  } catch {
    // No mark: nobody writes it.
    return undefined;
  }
  return Number.isSafeInteger(owner) && owner > 0 && isAlive(owner) ? owner : undefined;
}

function isAlive(process_: number): boolean {
  try {
    process.kill(process_, 0);
    return true;
  } catch (error) {
    // It is there, but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
