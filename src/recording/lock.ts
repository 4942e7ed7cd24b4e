import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuplexError } from '../shared/errors.ts';
import { diskError } from './diskError.ts';
import { LOCK_FILE } from './layout.ts';
import { processStart } from './processStart.ts';

/**
 * Marks a recording as being written by this process. A mark that a killed process left is taken over.
 * @param takeOver also a mark of this process: by a record worker that takes the place of one that crashed
 * @throws DuplexError `disk.denied` while somebody writes it, such as a second window
 */
export function lock(folder: string, takeOver = false): void {
  const file = join(folder, LOCK_FILE);
  for (let tries = 0; ; tries++) {
    try {
      writeFileSync(file, [process.pid, processStart(process.pid)].join(' ').trim(), { flag: 'wx' });
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
  let mark: string;
  try {
    mark = readFileSync(join(folder, LOCK_FILE), 'utf8');
  } catch {
    // No mark: nobody writes it.
    return undefined;
  }
  const [number, start] = mark.split(' ');
  const owner = Number(number);
  if (!Number.isSafeInteger(owner) || owner <= 0 || !isAlive(owner)) return undefined;
  // The number of a process that was killed may be another one's by now.
  const started = processStart(owner);
  return start !== undefined && started !== undefined && start !== started ? undefined : owner;
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
