// @ts-check
// Checks everything in one command: node scripts/test.mjs [step]… It installs what is missing, runs the steps two at a
// time, continues after a failure, and ends with the line `N passed, N failed`.
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { output, root } from './lib/folders.mjs';
import { ensureChromium } from './lib/chromium.mjs';
import { ensureDependencies, requireNode } from './lib/dependencies.mjs';
import { SetupError } from './lib/setupError.mjs';
import { runSideBySide } from './lib/sideBySide.mjs';
import { seconds } from './lib/stopwatch.mjs';
import { ensureNodeFor, ensureVscode, vscodes } from './lib/vscodes.mjs';
import { endAll, endOnSignals, npm, run } from './lib/lifetime.mjs';

const MINUTE = 60_000;

/** Most steps wait as much as they compute, so two of them share two cores well. More would make time-outs tight. */
const SLOTS = Math.min(2, availableParallelism());

/** @typedef {{ passed: number, failed: number, names?: readonly string[] }} Counts `names`: of what failed, with the reason */
/**
 * @typedef {object} Step
 * @property {string} name on the command line; `vscode` selects all that start with `vscode-`, `electron` likewise
 * @property {string} heading
 * @property {readonly [string, ...string[]]} command
 * @property {number} timeout in milliseconds; then all its processes are ended
 * @property {readonly string[]} [after] the steps that must end before it starts, if they run at all
 * @property {boolean} [onDemand] whether it runs only if it is named
 * @property {boolean} [window] whether it opens a VS Code in a browser
 * @property {string} [results] file with the counts; without one the step counts as one
 * @property {(results: any) => Counts} [count] counts the results in that file
 */

/** @param {string} name of a script of package.json @param {string} heading @param {number} timeout @returns {Step} */
function script(name, heading, timeout) {
  return { name, heading, command: [npm, 'run', '--silent', name], timeout };
}

/** @param {any} report of vitest @returns {string[]} each failed test with its file and the start of its reason */
function failuresOf(report) {
  return report.testResults.flatMap((/** @type {any} */ file) => {
    const path = relative(root, file.name);
    if (file.status === 'failed' && file.assertionResults.length === 0)
      return [`${path}: ${excerpt(file.message)}`];
    return file.assertionResults
      .filter((/** @type {any} */ test) => test.status === 'failed')
      .map(
        (/** @type {any} */ test) =>
          `${path} > ${test.fullName}: ${excerpt(test.failureMessages.join('\n'))}`,
      );
  });
}

/** @param {string} text @returns {string} its first lines, indented */
function excerpt(text) {
  return text.split('\n').slice(0, 12).join('\n    ').slice(0, 1200);
}

/**
 * @param {string} name
 * @param {string} heading
 * @param {number} timeout
 * @param {readonly string[]} [filter] arguments that select the project of vitest.config.mjs, and its files
 * @returns {Step}
 */
function vitest(name, heading, timeout, filter = ['--project', name]) {
  const results = join(output, `${name}.json`);
  return {
    name,
    heading,
    command: [
      process.execPath,
      ...['node_modules/vitest/vitest.mjs', 'run', ...filter],
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${relative(root, results)}`],
    ],
    timeout,
    results,
    count(report) {
      // A file that could not even be loaded has no tests to count.
      const unloaded = report.testResults.filter(
        (/** @type {any} */ file) => file.status === 'failed' && file.assertionResults.length === 0,
      );
      return {
        passed: report.numPassedTests,
        failed: report.numFailedTests + unloaded.length,
        names: failuresOf(report),
      };
    },
  };
}

/** @param {import('./lib/vscodes.mjs').VscodeVersion} version @returns {Step} */
function host(version) {
  return {
    name: `vscode-${version}`,
    heading: `Tests in VS Code ${version}`,
    command: [process.execPath, 'scripts/hostTests.mjs', version],
    timeout: 10 * MINUTE,
    after: ['build'],
    window: true,
    results: join(output, `host-${version}.json`),
    count: ({ passed, failed }) => ({
      passed,
      failed: failed.length,
      names: failed.map((/** @type {any} */ test) => `${test.title}: ${excerpt(test.message)}`),
    }),
  };
}

/** @param {import('./lib/vscodes.mjs').VscodeVersion} version @returns {Step} */
function electron(version) {
  const results = join(output, `electron-${version}.json`);
  return {
    ...host(version),
    name: `electron-${version}`,
    heading: `Tests in VS Code ${version} for the desktop`,
    command: [process.execPath, 'scripts/hostTests.mjs', '--electron', version],
    timeout: 20 * MINUTE,
    window: false,
    onDemand: true,
    results,
  };
}

/** Pages of the panel in Chromium alone; the other files of test/e2e drive a whole VS Code. */
const PANEL_TESTS = 'test/e2e/webview';

/** In starting order: steps that others wait for first, then the longest. @type {readonly Step[]} */
const steps = [
  script('package', 'Package', 3 * MINUTE),
  script('lint', 'Lint and format', 8 * MINUTE),
  // Packaging leaves a build without source maps.
  { ...script('build', 'Build', 3 * MINUTE), after: ['package'] },
  {
    ...vitest('e2e', 'End-to-end tests', 25 * MINUTE, ['--project', 'e2e', '--exclude', `${PANEL_TESTS}/**`]),
    after: ['build'],
    window: true,
  },
  script('layers', 'Layers', 3 * MINUTE),
  script('dead', 'Dead code', 3 * MINUTE),
  script('types', 'Types', 8 * MINUTE),
  vitest('unit', 'Unit tests', 15 * MINUTE),
  { ...vitest('integration', 'Integration tests', 20 * MINUTE), after: ['build'] },
  ...vscodes.map(({ version }) => host(version)),
  {
    ...vitest('panel', 'Tests of the panel in a browser', 20 * MINUTE, ['--project', 'e2e', PANEL_TESTS]),
    after: ['build'],
    window: true,
  },
  ...vscodes.map(({ version }) => electron(version)),
];

/**
 * @param {Step} step
 * @param {boolean} isAlone whether its output is shown live; otherwise it is shown when the step has ended
 * @returns {Promise<Counts>}
 */
async function execute({ name, heading, command: [command, ...args], timeout, results, count }, isAlone) {
  console.log(isAlone ? `\n=== ${heading}` : `... ${heading}`);
  const began = performance.now();
  if (results) await rm(results, { force: true });
  const log = join(output, `${name}.txt`);
  const file = isAlone ? undefined : openSync(log, 'w');
  const { status, timedOut } = await run(command, args, {
    cwd: root,
    timeout,
    shell: command === 'npm.cmd',
    ...(file !== undefined && { stdio: ['ignore', file, file] }),
  });
  if (file !== undefined) {
    closeSync(file);
    console.log(`\n=== ${heading}\n${readFileSync(log, 'utf8').trimEnd()}`);
  }
  if (timedOut) console.error(`Ended after its ${timeout / MINUTE} minutes were over.`);
  /** @type {Counts} */
  const counts = { passed: results ? 0 : 1, failed: 0 };
  // A step that could not start has said why.
  if (results && count && (status === 0 || existsSync(results))) {
    try {
      Object.assign(counts, count(JSON.parse(readFileSync(results, 'utf8'))));
    } catch (error) {
      console.error(`No counts: ${error instanceof Error ? error.message : String(error)}`);
      counts.failed = 1;
    }
  }
  if (status !== 0) {
    // It may have failed for another reason than a test: an unhandled rejection, or its time-out.
    counts.failed = Math.max(counts.failed, 1);
    if (!results) counts.passed = 0;
  }
  const verdict = counts.failed > 0 ? 'FAILED' : 'passed';
  console.log(
    `--- ${heading}: ${verdict} in ${seconds(began)} (${counts.passed} passed, ${counts.failed} failed)`,
  );
  return counts;
}

/** @param {readonly string[]} names @returns {readonly Step[]} */
function chosen(names) {
  if (names.length === 0) return steps.filter((step) => !step.onDemand);
  const matches = (/** @type {string} */ step, /** @type {string} */ name) =>
    step === name || step.startsWith(`${name}-`);
  const unknown = names.filter((name) => !steps.some((step) => matches(step.name, name)));
  if (unknown.length > 0) {
    const known = steps.map((step) => step.name).join(', ');
    throw new SetupError(`There is no step "${unknown.join('", "')}": the steps are ${known}.`);
  }
  return steps.filter((step) => names.some((name) => matches(step.name, name)));
}

/**
 * Downloads shared files before the steps start. @param {boolean} window @returns {Promise<string | undefined>} why
 * windows cannot be opened
 */
async function prepare(window) {
  await ensureDependencies();
  if (!window) return undefined;
  try {
    await ensureChromium();
    for (const { version } of vscodes) {
      await ensureVscode(version);
      await ensureNodeFor(version);
    }
    return undefined;
  } catch (error) {
    if (error instanceof SetupError) return error.message;
    throw error;
  }
}

/** @returns {Promise<Counts>} */
async function main() {
  requireNode();
  const todo = chosen(process.argv.slice(2));
  const began = performance.now();
  console.log('=== What is needed');
  await mkdir(output, { recursive: true });
  const noWindow = await prepare(todo.some((step) => step.window));
  console.log(`--- ${noWindow ?? 'all there'} (${seconds(began)})`);
  const counts = { passed: 0, failed: 0 };
  /** @type {string[]} */
  const failed = [];
  /** @type {string[]} */
  const names = [];
  const isAlone = SLOTS === 1 || todo.length === 1;
  await runSideBySide(todo, SLOTS, async (step) => {
    /** @type {Counts} */
    let result = { passed: 0, failed: 1 };
    if (step.window && noWindow) console.error(`\n=== ${step.heading}\n--- FAILED: ${noWindow}`);
    else result = await execute(step, isAlone);
    counts.passed += result.passed;
    counts.failed += result.failed;
    if (result.failed > 0) failed.push(step.heading);
    names.push(...(result.names ?? []));
  });
  // The end of a long log is what people read, and what some pages of CI show alone.
  if (names.length > 0) console.log(`\n=== What failed\n${names.join('\n')}`);
  console.log(`\nDone in ${seconds(began)}${failed.length > 0 ? `; failed: ${failed.join(', ')}` : ''}`);
  return counts;
}

endOnSignals();
/** @type {Counts} */
let total = { passed: 0, failed: 1 };
try {
  total = await main();
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
} finally {
  await endAll();
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
