// @ts-check
// Ends everything that must not outlive this process: child processes with their descendants, and temporary folders.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Milliseconds that a process may take to end after it was asked to. */
const GRACE = 4_000;

/**
 * Parent ids by process id. Linux is read from /proc because slim images come without `ps`.
 * @returns {Map<number, number>}
 */
function parents() {
  /** @type {Map<number, number>} */
  const parentOf = new Map();
  if (process.platform === 'linux') {
    for (const entry of readdirSync('/proc')) {
      if (!/^\d+$/.test(entry)) continue;
      try {
        const status = readFileSync(`/proc/${entry}/stat`, 'utf8');
        // The name in brackets may hold blanks and brackets; after its last bracket comes `state ppid …`.
        const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
        if (fields[0] !== 'Z') parentOf.set(Number(entry), Number(fields[1]));
      } catch {
        // The process ended between listing and reading.
      }
    }
  } else {
    const listing = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
    for (const line of (listing.stdout ?? '').split('\n')) {
      const [pid, parent] = line.trim().split(/\s+/).map(Number);
      if (pid && parent !== undefined) parentOf.set(pid, parent);
    }
  }
  return parentOf;
}

/**
 * @param {number} root
 * @returns {number[]} `root` and all its descendants
 */
function family(root) {
  const parentOf = parents();
  const found = [root];
  for (const pid of found) {
    for (const [child, parent] of parentOf) if (parent === pid) found.push(child);
  }
  return found;
}

/** @param {number} pid @param {NodeJS.Signals} name */
function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // It has already ended.
  }
}

/**
 * Ends a process and all its descendants: gracefully at first, by force after a few seconds.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<void>} resolves when none of them is left
 */
export async function endTree(child) {
  const root = child.pid;
  if (root === undefined) return;
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(root), '/T', '/F']);
    return;
  }
  // Listed before the first signal, because orphans lose their parent.
  const members = family(root);
  if (child.exitCode !== null || child.signalCode !== null) members.shift();
  for (const pid of members) signal(pid, 'SIGTERM');
  const alive = () => members.filter((pid) => parents().has(pid));
  for (const until = Date.now() + GRACE; Date.now() < until && alive().length > 0;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  for (const pid of alive()) signal(pid, 'SIGKILL');
}

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
/** @type {Set<string>} */
const folders = new Set();
/** Set by a signal. From then on nothing is started. */
let ending = false;

/**
 * `spawn` whose child ends with this process.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export function start(command, args, options = {}) {
  if (ending) throw new Error(`${command} is not started: this process is ending`);
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options });
  running.add(child);
  child.once('close', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}

/**
 * Runs a command to its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions & { timeout?: number }} [options] `timeout` in milliseconds
 * @returns {Promise<{ status: number | undefined, timedOut: boolean, output: string, errors: string }>} `status`
 * undefined: ended by a signal or never started. `output` and `errors`: the piped text of stdout and stderr, if
 * `stdio` requests pipes
 */
export async function run(command, args, { timeout, ...options } = {}) {
  const child = start(command, args, options);
  let [output, errors] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text) => (output += text));
  child.stderr?.setEncoding('utf8').on('data', (text) => (errors += text));
  /** @type {Promise<void> | undefined} */
  let timedOut;
  const timer = timeout && setTimeout(() => (timedOut = endTree(child)), timeout);
  const status = await new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      resolve(undefined);
    });
    child.once('close', (code) => resolve(code ?? undefined));
  });
  if (timer) clearTimeout(timer);
  await timedOut;
  // After a signal the caller must not start its next command: the process is about to exit.
  if (ending) await new Promise(() => {});
  return { status, timedOut: timedOut !== undefined, output, errors };
}

/**
 * Watches a child that should run as long as this process.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<string>} how it ended, unless this process ended it
 */
export async function endOf(child) {
  const how = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, name) => resolve(name ?? `status ${code}`));
  });
  if (ending) await new Promise(() => {});
  return how;
}

/** npm's ordinary client; on Windows it is a batch file, which needs a shell. */
export const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
export const needsShell = process.platform === 'win32';

/**
 * Creates a folder that is removed at the end of this process.
 * @param {string} prefix of its name
 * @param {string} [parent] default: the system's temporary folder
 * @returns {Promise<{ folder: string, remove: () => Promise<void> }>}
 */
export async function temporaryFolder(prefix, parent = tmpdir()) {
  const folder = realpathSync(await mkdtemp(join(parent, prefix)));
  folders.add(folder);
  const remove = async () => {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    folders.delete(folder);
  };
  return { folder, remove };
}

/** Ends every child that is still running. */
export async function endAll() {
  await Promise.all([...running].map(endTree));
}

/**
 * Makes Ctrl+C and SIGTERM end the children, then this process with the status that shells expect.
 * @param {() => number | undefined} [statusOf] another status for Ctrl+C, if that is the intended end of this process
 */
export function endOnSignals(statusOf = () => undefined) {
  const end = (/** @type {number} */ status) => {
    if (ending) return;
    ending = true;
    void endAll().finally(() => process.exit(status));
  };
  process.on('SIGINT', () => end(statusOf() ?? 130));
  process.on('SIGTERM', () => end(143));
  process.on('SIGHUP', () => end(129));
  // A signal to npm alone ends the shell that runs this process, which does not forward it.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event) setInterval(() => process.ppid !== parent && end(143), 500).unref();
}

// The last resort if nothing was disposed: there is no time left to end children gracefully.
process.on('exit', () => {
  for (const child of running) {
    if (child.pid !== undefined) for (const pid of family(child.pid)) signal(pid, 'SIGKILL');
  }
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
