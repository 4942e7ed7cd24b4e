// @ts-check
// The demo server, and the examples that use its address.
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './folders.mjs';
import { endOf, start, temporaryFolder } from './lifetime.mjs';
import { SetupError } from './setupError.mjs';

/** The port in the examples. */
export const EXAMPLES_PORT = 8080;

/** @param {number} port @param {string} host @returns {Promise<boolean>} */
function isFreeOn(port, host) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (/** @type {NodeJS.ErrnoException} */ error) => resolve(error.code !== 'EADDRINUSE'));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

/**
 * Whether no other server answers to `localhost` at this port; the name may resolve to either of two addresses. @param
 * {number} port
 */
async function isFree(port) {
  return (await isFreeOn(port, '127.0.0.1')) && (await isFreeOn(port, '::1'));
}

/**
 * Starts the built demo server, at the port of the examples if it is free.
 * @returns {Promise<{ url: string, port: number, ended: Promise<string> }>}
 */
export async function startDemo() {
  const port = (await isFree(EXAMPLES_PORT)) ? EXAMPLES_PORT : 0;
  const child = start(process.execPath, [join(root, 'dist/cli.js'), 'serve', '--port', String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = endOf(child);
  const first = new Promise((resolve) => {
    if (child.stdout) createInterface(child.stdout).once('line', resolve);
  });
  const url = await Promise.race([
    first,
    ended.then((how) =>
      Promise.reject(new SetupError(`The demo server could not start (${how}), see above.`)),
    ),
  ]);
  child.stdout?.resume();
  return { url, port: Number(new URL(url).port), ended };
}

/**
 * @param {number} port of the demo server
 * @returns {Promise<string>} a folder with examples for it: those of the repository, or a copy with another port
 */
export async function examplesFor(port) {
  const examples = join(root, 'examples');
  if (port === EXAMPLES_PORT) return examples;
  const folder = join((await temporaryFolder('duplex-')).folder, 'examples');
  await cp(examples, folder, { recursive: true });
  for (const name of (await readdir(folder)).filter((file) => /\.(ws|http)$/.test(file))) {
    const file = join(folder, name);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replaceAll(`localhost:${EXAMPLES_PORT}`, `localhost:${port}`));
  }
  return folder;
}
