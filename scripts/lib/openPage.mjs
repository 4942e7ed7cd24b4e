// @ts-check
import { spawn } from 'node:child_process';
import { findOnPath } from './findOnPath.mjs';

/** Whether there is a screen for a browser. */
export function hasScreen() {
  const { platform, env } = process;
  return platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/**
 * @returns {readonly [string, ...string[]] | undefined} the command that opens an address in the user's default browser
 */
function opener() {
  if (process.platform === 'darwin') return ['open'];
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  const found = findOnPath('xdg-open', 'sensible-browser');
  return found ? [found] : undefined;
}

/**
 * Opens a page in a browser, which stays open after this process because it may show other pages as well.
 * @param {string} address
 * @param {string} [browser] path of one; default: the user's
 * @returns {Promise<boolean>} false where none could be opened
 */
export async function openPage(address, browser) {
  const [command, ...args] = browser ? [browser] : (opener() ?? []);
  if (!command) return false;
  const child = spawn(command, [...args, address], { stdio: 'ignore', detached: true });
  child.unref();
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
    // If the opener is the browser itself, it does not exit.
    setTimeout(() => resolve(true), 3_000).unref();
  });
}
