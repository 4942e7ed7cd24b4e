import * as nodeModule from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheBundles } from './bundleCache.ts';

/**
 * Keeps what V8 compiles for the next start, which takes a quarter off it. Node does so by itself from 22.1 on
 * (module.enableCompileCache). The folder is the user's own: Node's default lies in the folder for temporary files,
 * which all users share. NODE_DISABLE_COMPILE_CACHE, a variable of Node, turns the cache off.
 * @param bundles the folder of the files that are cached where Node has no cache
 * @param command the first argument
 */
export function enableCompileCache(bundles: string, command: string | undefined): void {
  const { enableCompileCache: enable } = nodeModule as {
    readonly enableCompileCache?: (folder: string) => unknown;
  };
  if (process.env['NODE_DISABLE_COMPILE_CACHE'] !== undefined) return;
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  const base = process.platform === 'win32' ? LOCALAPPDATA : XDG_CACHE_HOME || join(homedir(), '.cache');
  if (!base) return;
  const folder = join(base, 'duplex', 'compile-cache');
  // If the folder cannot be written, Node runs without a cache, and so do we.
  if (enable) enable(folder);
  else cacheBundles(bundles, folder, command);
}
