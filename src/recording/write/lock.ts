import { createHash, randomUUID } from 'node:crypto';
import { closeSync, lstatSync, readFileSync, rmSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { DuplexError } from '../../shared/errors.ts';
import { diskError } from '../diskError.ts';
import { LOCK_FILE } from '../layout.ts';
import { openRegular, readText, writeAll } from '../regularFile.ts';

/** Names one writer in its lock: random, so that nobody takes the lock of another for its own. */
export type WriterId = string;

export function newWriterId(): WriterId {
  return randomUUID();
}

/** Bytes of a lock at most. */
const MAX_LOCK = 1024;

/** Milliseconds by which the clock may differ from the time since the machine started. */
const CLOCK_SLACK = 10_000;

/** How often a lock may change hands while it is asked for. */
const MAX_TRIES = 10;

/** What a lock says. Fields that its system does not know are `-`; older versions wrote the first one or two. */
interface Mark {
  readonly text: string;
  /** Undefined where the lock cannot be read: then it counts as held, by whomever. */
  readonly pid: number | undefined;
  readonly start: string | undefined;
  readonly boot: string | undefined;
  readonly writer: string | undefined;
}

/**
 * Marks a recording as being written, by a file that names this process and the writer. The lock of a process that lives no
 * more is taken over. A lock that this writer holds already stays its own: the record worker it came from may have crashed.
 * @throws DuplexError `disk.denied` while somebody else writes the recording, or the lock cannot be read
 */
export function lock(folder: string, writer: WriterId): void {
  const file = join(folder, LOCK_FILE);
  try {
    acquire(file, folder, writer);
  } catch (error) {
    throw diskError(error, file);
  }
}

/** Removes the lock if this writer holds it, and no other. */
export function unlock(folder: string, writer: WriterId): void {
  release(join(folder, LOCK_FILE), writer);
}

/** The live process that writes a recording; 0 where its lock cannot be read, undefined where nobody writes it. */
export function writerOf(folder: string): number | undefined {
  const file = join(folder, LOCK_FILE);
  const mark = readMark(file);
  if (mark === undefined || isStale(mark, file)) return undefined;
  return mark.pid ?? 0;
}

/**
 * Of two processes that find one stale lock, only one may remove it: a slow one would remove the new lock of the fast one.
 * So the right to remove a lock is a lock of its own, named by what the stale one says. Whoever has it looks again whether the
 * stale lock is still there.
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
  throw new DuplexError('disk.denied', `${file} changes hands all the time: try again.`);
}

function release(file: string, writer: WriterId): void {
  const mark = readMark(file);
  if (mark !== undefined && isOwn(mark, writer)) rmSync(file, { force: true });
}

/** @returns false where there is a lock. Until it is written, others find it empty and count it as held. */
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

/** @returns undefined where there is none */
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
  // The number of a process that was killed may be another one's by now.
  const started = processStart(pid);
  return start !== undefined && started !== undefined && start !== started;
}

/** Of a lock that cannot be read, such as an empty one after a power failure: its writer ended with the machine. */
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
    // EPERM: it is there, but belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function held({ pid }: Mark, file: string, folder: string): DuplexError {
  if (pid === undefined)
    return new DuplexError(
      'disk.denied',
      `${folder} counts as being recorded, as its lock cannot be read: where no program records there, delete ${file}.`,
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
 * When a process started, in a form that only compares: with its number it names one process until the machine starts again.
 * Undefined where the system does not tell (Linux does), or there is no such process.
 */
export function processStart(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // proc(5): the name, second of the fields, stands in parentheses and may hold any character; the start is field 22.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

let ownMark: string | undefined;

/** What this process writes into its locks, before the writer's id. */
function processMark(): string {
  const { pid } = process;
  return (ownMark ??= [pid, processStart(pid) ?? '-', bootId() ?? '-'].join(' '));
}

/** Another one after each start of the machine. Undefined where the system does not tell (Linux does). */
function bootId(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim() || undefined;
  } catch {
    return undefined;
  }
}
