import { createHash, randomUUID } from 'node:crypto';
import { closeSync, lstatSync, readFileSync, rmSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { DuplexError } from '../../shared/errors.ts';
import { diskError } from '../diskError.ts';
import { LOCK_FILE } from '../layout.ts';
import { openRegular, readText, writeAll } from '../regularFile.ts';

/** Identifies one writer in its lock. It is random, so that no writer takes another writer's lock for its own. */
export type WriterId = string;

export function newWriterId(): WriterId {
  return randomUUID();
}

/** Maximum bytes of a lock. */
const MAX_LOCK = 1024;

/** Tolerance in milliseconds between the clock and the time since the machine started. */
const CLOCK_SLACK = 10_000;

/** How often a lock may change owners during one attempt to acquire it. */
const MAX_TRIES = 10;

/**
 * The content of a lock. Fields that the system does not provide are `-`; older versions wrote only the first one or
 * two.
 */
interface Mark {
  readonly text: string;
  /** Undefined if the lock cannot be read; it then counts as held by an unknown process. */
  readonly pid: number | undefined;
  readonly start: string | undefined;
  readonly boot: string | undefined;
  readonly writer: string | undefined;
}

/**
 * Marks a recording as being written, with a file that names this process and the writer. A lock of a dead process is
 * taken over. A lock that this writer already holds stays valid: its previous record worker may have crashed.
 * @throws DuplexError `disk.denied` while another process writes the recording, or if the lock cannot be read
 */
export function lock(folder: string, writer: WriterId): void {
  const file = join(folder, LOCK_FILE);
  try {
    acquire(file, folder, writer);
  } catch (error) {
    throw diskError(error, file);
  }
}

/** Removes the lock if this writer holds it. */
export function unlock(folder: string, writer: WriterId): void {
  release(join(folder, LOCK_FILE), writer);
}

/** Process id of the live process that writes a recording; 0 if its lock cannot be read, undefined if there is none. */
export function writerOf(folder: string): number | undefined {
  const file = join(folder, LOCK_FILE);
  const mark = readMark(file);
  if (mark === undefined || isStale(mark, file)) return undefined;
  return mark.pid ?? 0;
}

/**
 * If two processes find the same stale lock, only one may remove it: the slower one would remove the new lock of the
 * faster one. Removing a lock therefore requires a second lock, named by the content of the stale one. Its owner checks
 * again that the stale lock still exists.
 */
function acquire(file: string, folder: string, writer: WriterId): void {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (create(file, writer)) return;
    const mark = readMark(file);
    if (mark === undefined) continue;
    if (isOwn(mark, writer)) return;
    if (!isStale(mark, file)) throw held(mark, file, folder);
    const claim = `${file}.${createHash('sha256').update(mark.text).digest('hex').slice(0, 16)}`;
    acquire(claim, folder, writer);
    try {
      if (readMark(file)?.text === mark.text) rmSync(file);
    } finally {
      release(claim, writer);
    }
  }
  throw new DuplexError('disk.denied', `${file} changes its owner repeatedly: try again.`);
}

function release(file: string, writer: WriterId): void {
  const mark = readMark(file);
  if (mark !== undefined && isOwn(mark, writer)) rmSync(file, { force: true });
}

/**
 * @returns false if a lock exists. Until its content is written, other processes see an empty file and treat it as
 * held.
 */
function create(path: string, writer: WriterId): boolean {
  let file: number;
  try {
    file = openRegular(path, 'create');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  try {
    writeAll(file, new TextEncoder().encode(`${processMark()} ${writer}`), 0);
    return true;
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/** @returns undefined if there is no lock */
function readMark(file: string): Mark | undefined {
  let text: string;
  try {
    text = readText(file, MAX_LOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return { text: '', pid: undefined, start: undefined, boot: undefined, writer: undefined };
  }
  const [number = '', ...others] = text.trim().split(' ');
  const [start, boot, writer] = others.map((field) => (field === '-' ? undefined : field));
  const pid = /^[1-9]\d{0,15}$/.test(number) ? Number(number) : undefined;
  return { text, pid, start, boot, writer };
}

function isOwn({ pid, writer }: Mark, own: WriterId): boolean {
  return pid === process.pid && writer === own;
}

function isStale({ pid, start, boot }: Mark, file: string): boolean {
  if (pid === undefined) return isFromBeforeBoot(file);
  const ownBoot = bootId();
  if (boot !== undefined && ownBoot !== undefined && boot !== ownBoot) return true;
  if (!isAlive(pid)) return true;
  // Another process may have the id of a killed process by now.
  const started = processStart(pid);
  return start !== undefined && started !== undefined && start !== started;
}

/**
 * Whether a lock that cannot be read, such as an empty one after a power failure, is older than the boot of the
 * machine: its writer then ended with the machine.
 */
function isFromBeforeBoot(file: string): boolean {
  try {
    const stats = lstatSync(file);
    return stats.isFile() && stats.mtimeMs < Date.now() - uptime() * 1000 - CLOCK_SLACK;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function held({ pid }: Mark, file: string, folder: string): DuplexError {
  if (pid === undefined)
    return new DuplexError(
      'disk.denied',
      `${folder} counts as being recorded, because its lock cannot be read: if no program records there, delete ${file}.`,
    );
  if (pid === process.pid)
    return new DuplexError(
      'disk.denied',
      `${folder} is being recorded by a session of this window: close that first.`,
    );
  return new DuplexError(
    'disk.denied',
    `${folder} is being recorded by another window or program (process ${pid}): close it there first.`,
  );
}

/**
 * When a process started, in a form that can only be compared. Together with the process id, it identifies a process
 * until the next boot. Undefined if there is no such process, or if the system does not report it (Linux does).
 */
export function processStart(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // proc(5): the second field, the name, is in parentheses and may contain any character; field 22 is the start time.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

let ownMark: string | undefined;

/** The content of this process's locks up to the writer's id. */
function processMark(): string {
  const { pid } = process;
  return (ownMark ??= [pid, processStart(pid) ?? '-', bootId() ?? '-'].join(' '));
}

/** An id that changes with each boot of the machine. Undefined if the system does not report one (Linux does). */
function bootId(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim() || undefined;
  } catch {
    return undefined;
  }
}
