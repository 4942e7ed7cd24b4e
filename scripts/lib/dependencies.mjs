// @ts-check
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './folders.mjs';
import { fetchWithNpm } from './npm.mjs';
import { requireWritable } from './requireWritable.mjs';
import { SetupError } from './setupError.mjs';

/** Refuses a Node that cannot run the tools of package-lock.json. @param {string} [version] */
export function requireNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new SetupError(`Node ${version} is too old to develop with: install Node 20.19 or newer.`);
}

/** @param {string} file @returns {Record<string, { version?: string, optional?: boolean }> | undefined} */
function lockedPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    // Missing or incomplete: treat nothing as installed.
    return undefined;
  }
}

/**
 * Whether node_modules matches package-lock.json. npm writes its own lock file last, so an interrupted install has
 * none.
 * @param {string} folder
 */
export function dependenciesMatch(folder) {
  const wanted = lockedPackages(join(folder, 'package-lock.json'));
  const installed = lockedPackages(join(folder, 'node_modules/.package-lock.json'));
  if (!wanted || !installed) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    const found = installed[path];
    return path === '' || (found ? found.version === version : optional === true);
  });
}

/** Runs `npm ci` unless node_modules matches the lock file. */
export async function ensureDependencies() {
  if (dependenciesMatch(root)) return;
  await requireWritable(join(root, 'node_modules'));
  console.log('Installing the npm packages of package-lock.json…');
  await fetchWithNpm(root, ['ci', '--ignore-scripts'], 'the packages of package-lock.json');
}
