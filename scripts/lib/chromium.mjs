// @ts-check
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath } from './findOnPath.mjs';
import { run } from './lifetime.mjs';
import { SetupError } from './setupError.mjs';

/** @returns {string | undefined} the path of Chromium, Chrome or Edge; the variable CHROMIUM takes precedence */
function findChromium() {
  const named = process.env.CHROMIUM;
  if (named) return named;
  if (process.platform === 'linux') {
    return findOnPath(
      'chromium',
      'chromium-browser',
      'google-chrome',
      'google-chrome-stable',
      'microsoft-edge',
    );
  }
  const places =
    process.platform === 'darwin'
      ? ['Google Chrome', 'Chromium', 'Microsoft Edge'].flatMap((name) =>
          ['/Applications', join(process.env.HOME ?? '', 'Applications')].map((folder) =>
            join(folder, `${name}.app/Contents/MacOS/${name}`),
          ),
        )
      : [process.env.ProgramFiles, process.env['ProgramFiles(x86)'], process.env.LOCALAPPDATA].flatMap(
          (folder) =>
            [
              'Google/Chrome/Application/chrome.exe',
              'Chromium/Application/chrome.exe',
              'Microsoft/Edge/Application/msedge.exe',
            ].map((file) => join(folder ?? '', file)),
        );
  return places.find((place) => existsSync(place));
}

const PACKAGES = ['chromium', 'fonts-dejavu-core', 'fonts-liberation'];

/**
 * @returns {Promise<string>} the path of a Chromium, which is installed with apt if necessary. If that needs more
 * rights, the user at the terminal is asked first
 */
export async function ensureChromium() {
  const found = findChromium();
  if (found && !existsSync(found))
    throw new SetupError(`CHROMIUM names ${found}, which is not there: set it to the path of a Chromium.`);
  if (found) return found;
  const isRoot = process.getuid?.() === 0;
  const install = [
    ...(isRoot ? [] : ['sudo']),
    ...['apt-get', '-qq', 'install', '-y', '--no-install-recommends', ...PACKAGES],
  ];
  const hasApt = process.platform === 'linux' && findOnPath('apt-get') !== undefined;
  const byHand = hasApt ? `run "${install.join(' ')}"` : 'install Chrome, Edge or Chromium';
  const remedy = `No Chromium was found: ${byHand}, or set CHROMIUM to the path of one.`;
  if (!hasApt) throw new SetupError(remedy);
  if (!isRoot) {
    if (!findOnPath('sudo') || !canAsk()) throw new SetupError(remedy);
    if (!(await ask(`No Chromium was found. Run "${install.join(' ')}"?`))) throw new SetupError(remedy);
  }
  console.log('Installing Chromium with apt…');
  // sudo may ask for a password.
  /** @type {import('node:child_process').StdioOptions} */
  const stdio = [isRoot ? 'ignore' : 'inherit', 'ignore', 'inherit'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const [command = '', ...args] = install;
  const update = [...args.slice(0, args.indexOf('install')), 'update'];
  // A failed update is no reason to stop: the existing package lists may suffice.
  await run(command, update, { env, stdio, timeout: 900_000 });
  const { status } = await run(command, args, { env, stdio, timeout: 900_000 });
  const installed = findChromium();
  if (status !== 0 || !installed) throw new SetupError(`apt-get failed, see above. ${remedy}`);
  return installed;
}

/** Whether a user at a terminal can answer a question. */
export function canAsk() {
  return Boolean(process.stdin.isTTY && process.stdout.isTTY);
}

/** @param {string} question answered by yes or no @returns {Promise<boolean>} false also for an empty answer */
export async function ask(question) {
  // Missing in a Node that is too old, which must get far enough to report that.
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // readline intercepts Ctrl+C: pass it on, so that it ends this process as usual.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
