// @ts-check
import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './folders.mjs';

/**
 * A fresh copy of a folder, so that tests may write into the workspace they open.
 * @param {string} [from] default: test/fixtures/workspace
 * @returns {Promise<{ folder: string, dispose: () => Promise<void> }>}
 */
export async function copyWorkspace(from = join(root, 'test/fixtures/workspace')) {
  const parent = await realpath(await mkdtemp(join(tmpdir(), 'duplex-workspace-')));
  // A plain last name: it shows in the window's title and in screenshots.
  const folder = join(parent, 'workspace');
  await cp(from, folder, { recursive: true });
  return { folder, dispose: () => rm(parent, { recursive: true, force: true, maxRetries: 5 }) };
}
