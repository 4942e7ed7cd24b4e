// @ts-check
import { existsSync, readdirSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { temporaryFolder } from './lifetime.mjs';
import { requireWritable } from './requireWritable.mjs';

/**
 * Makes sure that a folder exists and is complete: it is filled under a temporary name beside its target and then
 * renamed, so that an interrupted run never leaves a partial folder under the final name.
 * @param {string} target
 * @param {(folder: string) => Promise<string>} fill receives an empty folder, returns the folder within it to keep
 * @returns {Promise<string>} `target`
 */
export async function download(target, fill) {
  if (existsSync(target)) return target;
  const parent = dirname(target);
  await requireWritable(parent);
  await removeLeftovers(parent);
  const { folder, remove } = await temporaryFolder(`.incomplete-${process.pid}-`, parent);
  try {
    const filled = await fill(folder);
    await rename(filled, target).catch((error) => {
      // Another run was faster, and its folder is equally good.
      if (!existsSync(target)) throw error;
    });
  } finally {
    await remove();
  }
  return target;
}

/** Removes the remains of interrupted runs, but not of running ones. @param {string} parent */
async function removeLeftovers(parent) {
  for (const entry of readdirSync(parent)) {
    const pid = Number(/^\.incomplete-(\d+)-/.exec(entry)?.[1]);
    if (!pid) continue;
    try {
      process.kill(pid, 0);
    } catch {
      await rm(join(parent, entry), { recursive: true, force: true });
    }
  }
}
