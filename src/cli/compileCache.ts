import * as nodeModule from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheBundles } from './bundleCache.ts';

/**
 * Keeps the code that V8 compiles for the next start, which it shortens by a quarter. Node itself does so from 22.1 on
 * (module.enableCompileCache). The folder belongs to the user: Node's default is in the folder for temporary files,
 * which all users share. NODE_DISABLE_COMPILE_CACHE, a variable of Node, turns the cache off.
 * @param bundles the folder of the files that are cached if Node has no cache
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
  // If the folder cannot be written, the program runs without a cache.
  if (enable) enable(folder);
  else cacheBundles(bundles, folder, command);
}
