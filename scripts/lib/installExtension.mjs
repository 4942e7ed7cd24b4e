// @ts-check
import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './lifetime.mjs';
import { lastLines } from './loggedServer.mjs';
import { SetupError } from './setupError.mjs';

/**
 * Installs an extension into the data folder of a VS Code server that is not running yet.
 * @param {string} extension a folder, which is linked, or a .vsix, which VS Code installs as for a user
 * @param {object} server
 * @param {string} server.data its data folder
 * @param {readonly [string, ...string[]]} server.command the command that starts it
 * @param {NodeJS.ProcessEnv} server.env
 * @returns {Promise<string>} the folder in which it is installed
 */
export async function installExtension(extension, { data, command: [node, ...args], env }) {
  const installed = join(data, 'extensions');
  if (!extension.endsWith('.vsix')) return link(extension, installed);
  if (!existsSync(extension)) throw new SetupError(`There is no ${extension}: run "npm run package" first.`);
  const { status, output, errors } = await run(node, [...args, '--install-extension', extension], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  if (status !== 0 || !output.includes('successfully installed'))
    throw new SetupError(`VS Code could not install ${extension}: ${lastLines(output + errors)}`);
  const [entry] = JSON.parse(await readFile(join(installed, 'extensions.json'), 'utf8'));
  return join(installed, entry.relativeLocation);
}

/** @param {string} extension @param {string} installed folder where the server looks for extensions */
async function link(extension, installed) {
  const { publisher, name, version } = JSON.parse(await readFile(join(extension, 'package.json'), 'utf8'));
  await mkdir(installed);
  // A junction needs no special rights on Windows; other systems ignore the type.
  const target = join(installed, `${publisher}.${name}-${version}`);
  await symlink(extension, target, 'junction');
  return target;
}
