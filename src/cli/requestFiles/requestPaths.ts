import { statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { DuplexError } from '../../shared/errors.ts';

/** Left out of folders and patterns, unless they are named. */
const IGNORED = ['**/node_modules/**'];

/**
 * The request files that arguments name: files, folders (their .ws files), patterns. Each once, in the order of the
 * arguments, those of one pattern by name.
 * @returns absolute paths
 * @throws DuplexError `call.invalid` for an argument that names none
 */
export async function requestPaths(args: readonly string[], folder = process.cwd()): Promise<string[]> {
  const found = new Set<string>();
  for (const arg of args) {
    const paths = await pathsOf(arg, folder);
    if (paths.length === 0) throw new DuplexError('call.invalid', nothing(arg));
    for (const path of paths) found.add(path);
  }
  return [...found];
}

/** As it is shown: relative to the working directory where it lies below. */
export function shownPath(path: string, folder = process.cwd()): string {
  const below = relative(folder, path);
  return below.startsWith('..') ? path : below;
}

async function pathsOf(arg: string, folder: string): Promise<string[]> {
  const path = resolve(folder, arg);
  // A file that is there, whatever its name looks like: shells have filled in patterns already.
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats && !stats.isDirectory()) return [path];
  const options = {
    absolute: true,
    expandDirectories: false,
    ignore: arg.includes('node_modules') ? [] : IGNORED,
  };
  if (stats) return (await glob('**/*.ws', { ...options, cwd: path })).sort();
  if (!isDynamicPattern(arg)) return [];
  const pattern = process.platform === 'win32' ? arg.replaceAll('\\', '/') : arg;
  return (await glob(pattern, { ...options, cwd: folder })).sort();
}

function nothing(arg: string): string {
  if (isDynamicPattern(arg))
    return `No file matches ${arg}: correct the pattern, and put it in quotation marks.`;
  const stats = statSync(resolve(arg), { throwIfNoEntry: false });
  return stats?.isDirectory()
    ? `The folder ${arg} holds no .ws file: name a file, or a pattern such as '${arg}/**/*.http'.`
    : `There is no file ${arg}: correct its name.`;
}
