// @ts-check
// Runs test/vscode inside a real VS Code:
//   node scripts/hostTests.mjs [--extension FOLDER] [1.103 | 1.139]…
import { build } from 'esbuild';
import { createWriteStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { launchBrowser } from './lib/browser.mjs';
import { output, root } from './lib/folders.mjs';
import { SetupError } from './lib/setupError.mjs';
import { vscodes } from './lib/vscodes.mjs';
import { endAll, endOnSignals } from './lib/lifetime.mjs';
import { readableStack } from './lib/readableStack.mjs';
import { startVscodeServer, windowAddress } from './lib/vscodeServer.mjs';
import { copyWorkspace } from './lib/workspace.mjs';

/** How long one VS Code may take for all tests, in milliseconds. */
const LIMIT = 300_000;

/** What each window logs because the server's native modules are not built and no gallery is there. */
const harmless = /bindings file|Release\/watchdog|additional builtin extensions/;

/** @typedef {import('./lib/vscodes.mjs').VscodeVersion} VscodeVersion */
/** @typedef {{ passed: number, failed: { title: string, message: string }[] }} Results what test/vscode/index.ts writes */

/** Builds test/vscode to .test-output/vscode, a file a test. @returns {Promise<string>} the file whose `run()` starts them */
async function buildTests() {
  const source = join(root, 'test/vscode');
  const target = join(output, 'vscode');
  await rm(target, { recursive: true, force: true });
  const tests = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.test.ts'),
  );
  await build({
    entryPoints: ['index.ts', ...tests].map((file) => join(source, file)),
    outbase: source,
    outdir: target,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'linked',
    logLevel: 'warning',
    // mocha must be the same for the runner and the tests.
    external: ['vscode', 'mocha', 'bufferutil', 'utf-8-validate'],
  });
  // The repository's package.json may say otherwise about .js files.
  await writeFile(join(target, 'package.json'), '{ "type": "commonjs" }');
  return join(target, 'index.js');
}

/**
 * @param {VscodeVersion} version
 * @param {string} extension folder of the extension under test
 * @param {string} tests
 * @returns {Promise<Results>}
 */
async function runIn(version, extension, tests) {
  const file = join(output, `host-${version}.json`);
  await rm(file, { force: true });
  const log = createWriteStream(join(output, `host-${version}.log`));
  const workspace = await copyWorkspace();
  const server = await startVscodeServer({
    version,
    env: { DUPLEX_TEST_RESULTS: file, DUPLEX_VSCODE_VERSION: version },
  });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const exit = new Promise((done) => {
      void page.exposeFunction('codeAutomationExit', done);
      page.once('crash', () => done('the page crashed'));
      setTimeout(() => done(`not done after ${LIMIT / 1000} s`), LIMIT).unref();
    });
    await page.exposeFunction(
      'codeAutomationLog',
      (/** @type {string} */ type, /** @type {unknown[]} */ args) => {
        const text = args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg))).join(' ');
        if (!harmless.test(text)) log.write(`${type} ${text}\n`);
        if (text.startsWith('[test] ')) console.log(`  ${text.slice(7)}`);
      },
    );
    await page.goto(windowAddress(server, { folder: workspace.folder, extension, tests }));
    const code = await exit;
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
    await mkdir(join(output, 'screenshots'), { recursive: true });
    await page.screenshot({ path: join(output, `screenshots/host-${version}.png`) });
    const message = `The tests gave no result (${String(code)}); see .test-output/screenshots/host-${version}.png. ${server.log()}`;
    return { passed: 0, failed: [{ title: 'the extension host', message }] };
  } finally {
    await browser.close();
    await server.dispose();
    await workspace.remove();
    log.end(server.log());
  }
}

/** @returns {Promise<number>} exit status */
async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { extension: { type: 'string', default: root } },
  });
  const versions = vscodes
    .map(({ version }) => version)
    .filter((version) => positionals.length === 0 || positionals.includes(version));
  await mkdir(output, { recursive: true });
  const tests = await buildTests();
  let failures = 0;
  for (const version of versions) {
    const { passed, failed } = await runIn(version, resolve(values.extension), tests);
    failures += failed.length;
    await writeFile(join(output, `host-${version}.json`), JSON.stringify({ passed, failed }));
    for (const { title, message } of failed)
      console.error(`\nFAILED in VS Code ${version}: ${title}\n${readableStack(message)}`);
    console.log(`VS Code ${version}: ${passed} passed, ${failed.length} failed`);
  }
  return failures > 0 ? 1 : 0;
}

endOnSignals();
try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  process.exitCode = 1;
} finally {
  await endAll();
}
