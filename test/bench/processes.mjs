// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { watchCores } from './cores.mjs';

/** Starts the demo server in a process of its own. @returns {Promise<{ url: string; pid: number; stop(): void }>} */
export async function startServer() {
  const child = spawn(process.execPath, ['dist/cli.js', 'serve', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const url = String(line).split('\n')[0]?.trim().replace(/\/$/, '') ?? '';
  return { url, pid: /** @type {number} */ (child.pid), stop: () => void child.kill() };
}

/**
 * @typedef {{ seconds: number; cores: string; peak: number; stdout: string }} ProcessRun `peak` resident memory in
 * MB, NaN if it is not known
 */

/**
 * Runs a command to its end and measures the whole process.
 * @param {string} command @param {readonly string[]} args
 * @param {object} [options]
 * @param {'pipe' | 'ignore' | number} [options.stdout] where its output goes; a file's descriptor
 * @param {number} [options.server] process id of the server, to watch the cores that it holds
 * @param {NodeJS.ProcessEnv} [options.env] on top of this process's
 * @param {string} [options.cwd]
 * @returns {Promise<ProcessRun>}
 * @throws Error if it ends with a status other than 0
 */
export async function runProcess(command, args, { stdout = 'pipe', server, env = {}, cwd } = {}) {
  const started = performance.now();
  const child = spawn(command, args, {
    // wscat reads standard input: it stays open until the process ends.
    stdio: ['pipe', stdout, 'pipe'],
    env: { ...process.env, ...env },
    ...(cwd !== undefined && { cwd }),
  });
  const pid = child.pid;
  const held = watchCores({
    ...(server !== undefined && { server }),
    ...(pid !== undefined && { client: pid }),
  });
  let peak = NaN;
  const timer = setInterval(() => (peak = residentPeak(pid) ?? peak), 50);
  let [text, complaint] = ['', ''];
  child.stdout?.on('data', (chunk) => (text += chunk));
  child.stderr?.on('data', (chunk) => (complaint += chunk));
  const [code] = await once(child, 'close');
  const seconds = (performance.now() - started) / 1000;
  clearInterval(timer);
  const cores = held();
  if (code !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${(complaint || text).slice(-2000)}`);
  return { seconds, cores, peak, stdout: text };
}

/** @param {number | undefined} pid @returns {number | undefined} MB; undefined if the system does not report it */
function residentPeak(pid) {
  try {
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : (Number(kilobytes) * 1024) / 1e6;
  } catch {
    return undefined;
  }
}

/**
 * Runs a measured program of client.ts to its end.
 * @param {import('./results.mjs').Context} context @param {string[]} args
 * @returns {Promise<any>} its last line on stdout, parsed as JSON, and `cores`
 */
export async function runClient({ client, server }, ...args) {
  const run = await runProcess(process.execPath, ['--expose-gc', client, ...args], { server });
  return { ...JSON.parse(run.stdout.trim().split('\n').at(-1) ?? ''), cores: run.cores };
}

/**
 * Uses as much memory as the next measured run will, by writing and removing a file. A virtual machine may return free memory to
 * its host within seconds, and the first use of such memory costs up to ten times a write (docs/performance.md).
 * @param {import('./results.mjs').Context} context @param {number} bytes
 */
export async function touchMemory(context, bytes) {
  await runClient(context, 'append', context.folder, String(bytes));
}
