// @ts-check
// Runs test/vscode inside a real VS Code: the server of the npm registry or the desktop one:
//   node scripts/hostTests.mjs [--electron] [--extension FOLDER] [1.103 | 1.139]…
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { electronHost } from './lib/electronHost.mjs';
import { output, root } from './lib/folders.mjs';
import { buildHostTests } from './lib/hostBundle.mjs';
import { endAll, endOnSignals } from './lib/lifetime.mjs';
import { readableStack } from './lib/readableStack.mjs';
import { runInServer } from './lib/serverHost.mjs';
import { SetupError } from './lib/setupError.mjs';
import { vscodes } from './lib/vscodes.mjs';
import { copyWorkspace } from './lib/workspace.mjs';

/** Time limit for all tests in one VS Code, in milliseconds. */
const LIMIT = 420_000;

/** @typedef {{ passed: number, failed: { title: string, message: string }[] }} Results what test/vscode/index.ts writes */

/**
 * @param {import('./lib/testHost.mjs').TestHost} host
 * @param {string} name of the files with its log and its results
 * @param {Pick<import('./lib/testHost.mjs').HostRun, 'version' | 'extension' | 'tests'>} what
 * @returns {Promise<Results>}
 */
async function runIn(host, name, what) {
  const results = join(output, `${name}.json`);
  await rm(results, { force: true });
  const file = createWriteStream(join(output, `${name}.log`));
  const workspace = await copyWorkspace();
  try {
    const how = await host({
      ...what,
      folder: workspace.folder,
      env: { DUPLEX_TEST_RESULTS: results, DUPLEX_VSCODE_VERSION: what.version },
      log(line) {
        file.write(`${line}\n`);
        if (line.startsWith('[test] ')) console.log(`  ${line.slice(7)}`);
      },
      timeout: LIMIT,
    });
    if (existsSync(results)) return JSON.parse(readFileSync(results, 'utf8'));
    const message = `The tests gave no result (${how}): see .test-output/${name}.log.`;
    return { passed: 0, failed: [{ title: 'the extension host', message }] };
  } finally {
    await workspace.remove();
    file.end();
  }
}

/** @returns {Promise<number>} exit status */
async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      electron: { type: 'boolean', default: false },
      extension: { type: 'string', default: root },
    },
  });
  const [host, prefix] = values.electron ? [electronHost(), 'electron'] : [runInServer, 'host'];
  const versions = vscodes
    .map(({ version }) => version)
    .filter((version) => positionals.length === 0 || positionals.includes(version));
  await mkdir(output, { recursive: true });
  const tests = await buildHostTests(['vscode', prefix, ...versions].join('-'));
  let failures = 0;
  for (const version of versions) {
    const name = `${prefix}-${version}`;
    const { passed, failed } = await runIn(host, name, {
      version,
      extension: resolve(values.extension),
      tests,
    });
    failures += failed.length;
    await writeFile(join(output, `${name}.json`), JSON.stringify({ passed, failed }));
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
