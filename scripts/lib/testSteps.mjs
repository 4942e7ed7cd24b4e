// @ts-check
// The steps of `npm test`: their commands, their order, and how their results are counted.
import { join, relative } from 'node:path';
import { output, root } from './folders.mjs';
import { vscodes } from './vscodes.mjs';
import { npm } from './lifetime.mjs';

export const MINUTE = 60_000;

/** @typedef {{ passed: number, failed: number, names: readonly string[] }} Counts `names`: of what failed, with the reason */
/**
 * @typedef {object} Rerun
 * @property {readonly [string, ...string[]]} command
 * @property {string} results
 * @property {number} kept how many tests passed that do not run again
 */
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
 * @property {(results: any) => Rerun | undefined} [rerun] runs what failed once more, in new windows and processes;
 * undefined if too much failed for chance
 */

/** @param {string} name of a script of package.json @param {string} heading @param {number} timeout @returns {Step} */
function script(name, heading, timeout) {
  return { name, heading, command: [npm, 'run', '--silent', name], timeout };
}

/** Maximum failed files or tests that run again. More failures are not due to chance. */
const MAX_RERUN_FILES = 3;
const MAX_RERUN_TESTS = 3;

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
 * @param {readonly string[]} filter arguments that select the project of vitest.config.mjs, and its files
 * @returns {Step}
 */
function vitest(name, heading, timeout, filter) {
  const results = join(output, `${name}.json`);
  /** @param {string} file @param {readonly string[]} chosen @returns {readonly [string, ...string[]]} */
  const command = (file, chosen) => [
    process.execPath,
    ...['node_modules/vitest/vitest.mjs', 'run', ...chosen],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${relative(root, file)}`],
  ];
  return {
    name,
    heading,
    command: command(results, filter),
    timeout,
    results,
    rerun(report) {
      const failed = report.testResults.filter((/** @type {any} */ file) => file.status === 'failed');
      if (failed.length === 0 || failed.length > MAX_RERUN_FILES) return undefined;
      const again = join(output, `${name}-again.json`);
      const paths = failed.map((/** @type {any} */ file) => relative(root, file.name));
      const passed = failed
        .flatMap((/** @type {any} */ file) => file.assertionResults)
        .filter((/** @type {any} */ test) => test.status === 'passed').length;
      return {
        command: command(again, [...filter.slice(0, 2), ...paths]),
        results: again,
        kept: report.numPassedTests - passed,
      };
    },
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

/** @param {import('./vscodes.mjs').VscodeVersion} version @returns {Step} */
function host(version) {
  return {
    name: `vscode-${version}`,
    heading: `Tests in VS Code ${version}`,
    command: [process.execPath, 'scripts/hostTests.mjs', version],
    timeout: 10 * MINUTE,
    after: ['build'],
    window: true,
    results: join(output, `host-${version}.json`),
    rerun: ({ failed }) =>
      failed.length === 0 || failed.length > MAX_RERUN_TESTS
        ? undefined
        : {
            command: [process.execPath, 'scripts/hostTests.mjs', version],
            results: join(output, `host-${version}.json`),
            kept: 0,
          },
    count: ({ passed, failed }) => ({
      passed,
      failed: failed.length,
      names: failed.map((/** @type {any} */ test) => `${test.title}: ${excerpt(test.message)}`),
    }),
  };
}

/** @param {import('./vscodes.mjs').VscodeVersion} version @returns {Step} */
function electron(version) {
  const results = join(output, `electron-${version}.json`);
  return {
    ...host(version),
    name: `electron-${version}`,
    heading: `Tests in VS Code ${version} for the desktop`,
    command: [process.execPath, 'scripts/hostTests.mjs', '--electron', version],
    timeout: 25 * MINUTE,
    window: false,
    onDemand: true,
    results,
    rerun: () => undefined,
  };
}

/** Pages of the panel in Chromium alone; the other files of test/e2e drive a whole VS Code. */
const PANEL_TESTS = 'test/e2e/webview';

/** In starting order: steps that others wait for first, then the longest. @type {readonly Step[]} */
export const steps = [
  script('package', 'Package', 3 * MINUTE),
  script('lint', 'Lint and format', 8 * MINUTE),
  // Packaging leaves a build without source maps.
  { ...script('build', 'Build', 3 * MINUTE), after: ['package'] },
  {
    ...vitest('e2e', 'End-to-end tests', 35 * MINUTE, ['--project', 'e2e', '--exclude', `${PANEL_TESTS}/**`]),
    after: ['build'],
    window: true,
  },
  script('layers', 'Layers', 3 * MINUTE),
  script('dead', 'Dead code', 3 * MINUTE),
  script('types', 'Types', 8 * MINUTE),
  vitest('unit', 'Unit tests', 15 * MINUTE, ['--project', 'unit*']),
  {
    // Two files at a time: they wait more than they compute, and use less than half of one core.
    ...vitest('integration', 'Integration tests', 35 * MINUTE, [
      '--project',
      'integration*',
      '--maxWorkers=2',
    ]),
    after: ['build'],
  },
  ...vscodes.map(({ version }) => host(version)),
  {
    ...vitest('panel', 'Tests of the panel in a browser', 30 * MINUTE, ['--project', 'e2e', PANEL_TESTS]),
    after: ['build'],
    window: true,
  },
  ...vscodes.map(({ version }) => electron(version)),
];
