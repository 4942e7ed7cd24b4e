// @ts-check

/**
 * What a VS Code is told to run test/vscode in its extension host.
 * @typedef {object} HostRun
 * @property {import('./vscodes.mjs').VscodeVersion} version
 * @property {string} extension folder of the extension under test
 * @property {string} tests file whose `run()` starts the tests
 * @property {string} folder the workspace
 * @property {NodeJS.ProcessEnv} env seen by the extension host
 * @property {(line: string) => void} log gets what the host and VS Code say
 * @property {number} timeout in milliseconds
 */

/**
 * Runs the tests and ends that VS Code.
 * @typedef {(run: HostRun) => Promise<string>} TestHost answers how it ended, for the case that the tests gave no result
 */

export {};
