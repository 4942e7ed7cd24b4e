// @ts-check
// The one command that shows the extension at work: builds it, starts the demo server, and opens VS Code on the examples.
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './lib/folders.mjs';
import { ensureDependencies, requireNode } from './lib/dependencies.mjs';
import { findOnPath } from './lib/findOnPath.mjs';
import { SetupError } from './lib/setupError.mjs';
import { endAll, endOnSignals, needsShell, run, start } from './lib/lifetime.mjs';
import { startVscodeServer, windowAddress } from './lib/vscodeServer.mjs';

/** Where the examples expect the demo server. */
const EXAMPLES_PORT = 8080;
const examples = join(root, 'examples');

/** @param {number} port @returns {Promise<boolean>} */
function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

async function build() {
  console.log('Building the extension…');
  const { status } = await run(process.execPath, ['esbuild.mjs'], { cwd: root, timeout: 120_000 });
  if (status !== 0) throw new SetupError('The build failed, see above.');
}

/** @returns {Promise<string>} the address of the demo server, which ends with this process */
async function startDemo() {
  const free = await isFree(EXAMPLES_PORT);
  const port = String(free ? EXAMPLES_PORT : 0);
  const child = start(process.execPath, [join(root, 'dist/cli.js'), 'serve', '--port', port], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise((resolve, reject) => {
    if (child.stdout) createInterface(child.stdout).once('line', resolve);
    child.once('error', reject);
    child.once('close', (code) =>
      reject(new SetupError(`The demo server ended with status ${code}, see above.`)),
    );
  });
  child.stdout?.resume();
  child.once('close', (code) =>
    console.error(`The demo server has ended with status ${code}; start this again.`),
  );
  if (!free) console.log(`Port ${EXAMPLES_PORT} is taken: put the demo server's address into the examples.`);
  return url;
}

/** @param {string} desktop path of VS Code's `code` */
async function openDesktop(desktop) {
  console.log('Opening VS Code…');
  const args = [`--extensionDevelopmentPath=${root}`, '--new-window', examples];
  const { status } = await run(desktop, args, { shell: needsShell, timeout: 60_000 });
  if (status !== 0) throw new SetupError(`"${desktop}" could not open a window, see above.`);
}

/** Opens the system's browser where there is a screen to show it on. @param {string} address */
async function openBrowser(address) {
  const { platform, env } = process;
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return;
  const opener =
    { darwin: 'open', win32: 'explorer' }[/** @type {string} */ (platform)] ?? findOnPath('xdg-open');
  if (opener) await run(opener, [address], { stdio: 'ignore', timeout: 10_000 });
}

async function openInBrowser() {
  console.log('No "code" on PATH: starting VS Code for the browser…');
  const server = await startVscodeServer({ version: '1.139', extension: root });
  const address = windowAddress(server, { folder: examples });
  console.log(`VS Code: ${address}`);
  await openBrowser(address);
}

endOnSignals();
try {
  requireNode();
  await ensureDependencies();
  await build();
  console.log('Starting the demo server…');
  console.log(`Demo server: ${await startDemo()}`);
  const desktop = findOnPath('code', 'code-insiders');
  await (desktop ? openDesktop(desktop) : openInBrowser());
  console.log('Ready. Ctrl+C ends it all.');
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  await endAll();
  process.exitCode = 1;
}
