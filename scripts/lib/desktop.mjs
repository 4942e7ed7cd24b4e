// @ts-check
// The VS Code that is installed on this machine, if any.
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, sep } from 'node:path';
import { findOnPath } from './findOnPath.mjs';
import { root } from './folders.mjs';
import { needsShell, run } from './lifetime.mjs';

/** @returns {string | undefined} the command that opens its windows */
function findDesktop() {
  const onPath = findOnPath('code', 'code-insiders');
  // In the terminal of a remote window `code` controls another window, which cannot run an extension from here.
  if (onPath && !onPath.includes(`${sep}remote-cli${sep}`)) return onPath;
  if (process.platform !== 'darwin') return undefined;
  return ['/Applications', join(homedir(), 'Applications')]
    .map((folder) => join(folder, 'Visual Studio Code.app/Contents/Resources/app/bin/code'))
    .find((place) => existsSync(place));
}

/**
 * Whether `version` is at least `least`; both start with `major.minor`. @param {string} version @param {string} least
 */
function isAtLeast(version, least) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** Arguments for a command that may be a batch file. @param {readonly string[]} args */
function quoted(args) {
  return needsShell ? args.map((arg) => `"${arg}"`) : args;
}

/**
 * @returns {Promise<{ command?: string, reason?: string }>} its command if it can run the extension, otherwise the
 * reason why not
 */
export async function usableDesktop() {
  const command = findDesktop();
  if (!command) return { reason: 'There is no "code" on PATH' };
  const { status, output } = await run(quoted([command])[0] ?? '', ['--version'], {
    shell: needsShell,
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 20_000,
  });
  const version = /^\d+\.\d+/.exec(output)?.[0];
  if (status !== 0 || !version) return { reason: `"${command}" does not run here` };
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const least = engines.vscode.replace('^', '');
  if (!isAtLeast(version, least))
    return { reason: `"${command}" is VS Code ${version}, older than the ${least} that the extension needs` };
  return { command };
}

/**
 * Opens a window with the extension of this repository. The window belongs to the user's VS Code and outlives this
 * process.
 * @param {string} command
 * @param {string} folder the workspace
 * @param {string} file to show first
 * @returns {Promise<boolean>} whether it succeeded
 */
export async function openDesktop(command, folder, file) {
  const args = [`--extensionDevelopmentPath=${root}`, '--new-window', folder, file];
  const { status } = await run(quoted([command])[0] ?? '', quoted(args), {
    shell: needsShell,
    timeout: 60_000,
  });
  return status === 0;
}
