// @ts-check
// Checks everything in one command: node scripts/test.mjs [step]… It installs what is missing, runs the steps two at a
// time, continues after a failure, and ends with the line `N passed, N failed`.
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { output, root } from './lib/folders.mjs';
import { ensureChromium } from './lib/chromium.mjs';
import { ensureDependencies, requireNode } from './lib/dependencies.mjs';
import { SetupError } from './lib/setupError.mjs';
import { runSideBySide } from './lib/sideBySide.mjs';
import { seconds } from './lib/stopwatch.mjs';
import { MINUTE, steps } from './lib/testSteps.mjs';
import { ensureNodeFor, ensureVscode, vscodes } from './lib/vscodes.mjs';
import { endAll, endOnSignals, run } from './lib/lifetime.mjs';

/** Most steps wait as much as they compute, so two of them share two cores well. More would make time-outs tight. */
const SLOTS = Math.min(2, availableParallelism());

/** @typedef {import('./lib/testSteps.mjs').Step} Step */
/** @typedef {import('./lib/testSteps.mjs').Counts} Counts */

/**
 * Runs a step, and runs its failed tests once more, because a window or a socket of a busy machine may fail by
 * chance. The output names those tests. A fault fails both times.
 * @param {Step} step
 * @param {boolean} isAlone whether its output is shown live; otherwise it is shown when the step has ended
 * @returns {Promise<Counts>}
 */
async function execute(step, isAlone) {
  console.log(isAlone ? `\n=== ${step.heading}` : `... ${step.heading}`);
  const began = performance.now();
  const first = await attempt(step, step.name, isAlone);
  const rerun = first.counts.names.length > 0 && step.rerun?.(first.report);
  let { counts } = first;
  if (rerun) {
    console.log(`--- ${step.heading}: running once more what failed:\n${counts.names.join('\n')}`);
    const again = (await attempt({ ...step, ...rerun }, `${step.name}-again`, isAlone)).counts;
    counts = { ...again, passed: rerun.kept + again.passed };
  }
  const verdict = counts.failed > 0 ? 'FAILED' : rerun ? 'passed at the second attempt' : 'passed';
  console.log(
    `--- ${step.heading}: ${verdict} in ${seconds(began)} (${counts.passed} passed, ${counts.failed} failed)`,
  );
  return counts;
}

/**
 * @param {Step} step
 * @param {string} name of its log
 * @param {boolean} isAlone
 * @returns {Promise<{ counts: Counts, report?: any }>} `report`: the content of its file with results
 */
async function attempt({ heading, command: [command, ...args], timeout, results, count }, name, isAlone) {
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
  const counts = { passed: results ? 0 : 1, failed: 0, names: [] };
  let report;
  // A step that could not start has reported the reason.
  if (results && count && (status === 0 || existsSync(results))) {
    try {
      report = JSON.parse(readFileSync(results, 'utf8'));
      Object.assign(counts, count(report));
    } catch (error) {
      console.error(`No counts: ${error instanceof Error ? error.message : String(error)}`);
      counts.failed = 1;
    }
  }
  if (status !== 0) {
    // The step may have failed without a failed test, by an unhandled rejection or its time-out.
    counts.failed = Math.max(counts.failed, 1);
    if (!results) counts.passed = 0;
  }
  return { counts, report };
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

/** @returns {Promise<{ passed: number, failed: number }>} */
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
    let result = { passed: 0, failed: 1, names: [] };
    if (step.window && noWindow) console.error(`\n=== ${step.heading}\n--- FAILED: ${noWindow}`);
    else result = await execute(step, isAlone);
    counts.passed += result.passed;
    counts.failed += result.failed;
    if (result.failed > 0) failed.push(step.heading);
    names.push(...result.names);
  });
  // The end of a long log is what people read, and what some pages of CI show alone.
  if (names.length > 0) console.log(`\n=== What failed\n${names.join('\n')}`);
  console.log(`\nDone in ${seconds(began)}${failed.length > 0 ? `; failed: ${failed.join(', ')}` : ''}`);
  return counts;
}

endOnSignals();
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
