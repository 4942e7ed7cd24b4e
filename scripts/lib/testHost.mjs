// @ts-check

/**
 * The parameters of a VS Code that runs test/vscode in its extension host.
 * @typedef {object} HostRun
 * @property {import('./vscodes.mjs').VscodeVersion} version
 * @property {string} extension folder of the extension under test
 * @property {string} tests file whose `run()` starts the tests
 * @property {string} folder the workspace
 * @property {NodeJS.ProcessEnv} env seen by the extension host
 * @property {(line: string) => void} log receives the output of the host and of VS Code
 * @property {number} timeout in milliseconds
 */

/**
 * Runs the tests and ends that VS Code.
 * @typedef {(run: HostRun) => Promise<string>} TestHost resolves with how it ended, in case the tests gave no result
 */

export {};
