// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** The demo server in a process of its own. @returns {Promise<{ url: string; stop(): void }>} */
export async function startServer() {
  const child = spawn(process.execPath, ['dist/cli.js', 'serve', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const url = String(line).split('\n')[0]?.trim().replace(/\/$/, '') ?? '';
  return { url, stop: () => void child.kill() };
}

/**
 * Runs a client to its end; its last line on stdout is JSON.
 * @param {string} file @param {string[]} args @returns {Promise<any>}
 */
export async function runClient(file, ...args) {
  const child = spawn(process.execPath, ['--expose-gc', file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}`);
  return JSON.parse(text.trim().split('\n').at(-1) ?? '');
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** @param {number[]} values @param {number} part from 0 to 1 */
export function percentile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}
