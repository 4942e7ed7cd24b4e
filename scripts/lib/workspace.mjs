// @ts-check
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './folders.mjs';
import { temporaryFolder } from './lifetime.mjs';

/**
 * Copies a folder, so that tests may write into the workspace that they open.
 * @param {string} [from] default: test/fixtures/workspace
 * @returns {Promise<{ folder: string, remove: () => Promise<void> }>}
 */
export async function copyWorkspace(from = join(root, 'test/fixtures/workspace')) {
  const { folder: parent, remove } = await temporaryFolder('duplex-workspace-');
  // A plain last name, because it appears in the window's title and in screenshots.
  const folder = join(parent, 'workspace');
  await cp(from, folder, { recursive: true });
  return { folder, remove };
}
