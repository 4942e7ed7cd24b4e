// @ts-check
// Demonstrates the extension in one command: builds it, starts the demo server, and opens VS Code on the examples.
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium } from './lib/chromium.mjs';
import { EXAMPLES_PORT, examplesFor, startDemo } from './lib/demo.mjs';
import { ensureDependencies, requireNode } from './lib/dependencies.mjs';
import { openDesktop, usableDesktop } from './lib/desktop.mjs';
import { root } from './lib/folders.mjs';
import { endAll, endOnSignals, run } from './lib/lifetime.mjs';
import { hasScreen, openPage } from './lib/openPage.mjs';
import { requireWritable } from './lib/requireWritable.mjs';
import { SetupError } from './lib/setupError.mjs';
import { stopwatch } from './lib/stopwatch.mjs';
import { ensureNodeFor, ensureVscode } from './lib/vscodes.mjs';
import { startVscodeServer, windowAddress } from './lib/vscodeServer.mjs';

/** The VS Code that is downloaded if none is installed. */
const VERSION = '1.139';
/** The first file that a newcomer sees. */
const FIRST = '1-first-message.ws';

/** Set once everything runs. From then on, Ctrl+C is the intended end. */
let ready = false;

async function build() {
  await requireWritable(join(root, 'dist'));
  const { status } = await run(process.execPath, ['esbuild.mjs'], { cwd: root, timeout: 120_000 });
  if (status !== 0) throw new SetupError('The build failed, see above: repair that, then run this again.');
}

async function fetchVscode() {
  await Promise.all([ensureVscode(VERSION), ensureNodeFor(VERSION)]);
}

/** @returns {boolean} whether not to use the desktop VS Code */
function wantsBrowser() {
  const options = process.argv.slice(2);
  if (options.some((option) => option !== '--browser'))
    throw new SetupError('The only option is --browser: "npm start -- --browser" opens no desktop VS Code.');
  return options.length > 0;
}

/** Opens the window's address in a browser, or asks the user to. @param {string} address */
async function show(address) {
  console.log(`\nVS Code: ${address}\n`);
  const { port } = new URL(address);
  if (!hasScreen()) {
    console.log(
      `There is no screen here: open that address in a browser, from elsewhere after "ssh -L ${port}:127.0.0.1:${port} ${hostname()}".`,
    );
  } else if (!(await openPage(address))) {
    try {
      await openPage(address, await ensureChromium());
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      console.log(`${error.message} Then open that address in it.`);
    }
  }
}

/**
 * Opens a window of the downloaded VS Code.
 * @param {ReturnType<typeof stopwatch>} clock
 * @param {string} folder
 * @param {string} file
 * @returns {Promise<import('./lib/vscodeServer.mjs').VscodeServer>}
 */
async function openInBrowser(clock, folder, file) {
  const start = () => startVscodeServer({ version: VERSION, extension: root });
  const server = await clock.step('VS Code server', start);
  await show(windowAddress(server, { folder, file }));
  console.log(`Ready after ${clock.summary()}. Ctrl+C ends it all.`);
  void server.opened.then(() => console.log(`A window is open, ${clock.elapsed()} after the start.`));
  return server;
}

/** @returns {Promise<string>} resolves when something ended that should not have */
async function main() {
  requireNode();
  const browser = wantsBrowser();
  await requireWritable(tmpdir());
  const clock = stopwatch();
  const { command, reason } = browser ? {} : await usableDesktop();
  if (reason) console.log(`${reason}: VS Code ${VERSION} will open in the browser.`);
  const prepare = async () => {
    await clock.step('npm packages', ensureDependencies);
    await clock.step('build', build);
    return clock.step('demo server', startDemo);
  };
  // The slowest step depends on none of the others.
  const fetched = command ? undefined : clock.step('VS Code (meanwhile)', fetchVscode);
  const [demo] = await Promise.all([prepare(), fetched]);
  const demoEnded = demo.ended.then((how) => `The demo server has ended (${how})`);
  console.log(`Demo server: ${demo.url}`);
  if (demo.port !== EXAMPLES_PORT)
    console.log(
      `Port ${EXAMPLES_PORT} is in use: VS Code opens a copy of the examples with port ${demo.port}.`,
    );
  const folder = await examplesFor(demo.port);
  const file = join(folder, FIRST);
  if (command) {
    if (await clock.step('window', () => openDesktop(command, folder, file))) {
      console.log(`Ready after ${clock.summary()}. Ctrl+C ends the demo server.`);
      ready = true;
      return demoEnded;
    }
    console.log(`"${command}" could not open a window: VS Code ${VERSION} will open in the browser.`);
  }
  const server = await openInBrowser(clock, folder, file);
  ready = true;
  return Promise.race([demoEnded, server.ended.then((how) => `VS Code has ended (${how})`)]);
}

endOnSignals(() => (ready ? 0 : undefined));
try {
  throw new SetupError(`${await main()}: run this again.`);
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  await endAll();
  process.exitCode = 1;
}
