import { statSync, type Stats } from 'node:fs';
import { relative, resolve } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { DuplexError } from '../../shared/errors.ts';

/** Excluded from folders and patterns, unless an argument names it. */
const EXCLUDED = 'node_modules';

/**
 * Expands arguments to request files: files, folders (their .ws files) and patterns. Each file occurs once, in argument
 * order, those of one pattern sorted by name.
 * @returns absolute paths
 * @throws DuplexError `call.invalid` for an argument without a file
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

/** The folders in which `requestPaths` searches: those that are named, and those above the patterns. Absolute paths. */
export function searchedFolders(args: readonly string[], folder = process.cwd()): string[] {
  return args.flatMap((arg) => {
    const stats = statsOf(resolve(folder, arg));
    if (stats) return stats.isDirectory() ? [resolve(folder, arg)] : [];
    if (!isDynamicPattern(arg)) return [];
    const parts = arg.split(process.platform === 'win32' ? /[\\/]/ : '/');
    const fixed = parts.slice(
      0,
      parts.findIndex((part) => isDynamicPattern(part)),
    );
    return [resolve(folder, fixed.join('/') || (arg.startsWith('/') ? '/' : '.'))];
  });
}

/** Whether `requestPaths` finds no file at or below this path. */
export function isIgnored(path: string, args: readonly string[]): boolean {
  const parts = path.split(/[\\/]/);
  return parts.includes('.git') || (parts.includes(EXCLUDED) && !args.some((arg) => arg.includes(EXCLUDED)));
}

/** The displayed path: relative to the working directory if it lies below it. */
export function shownPath(path: string, folder = process.cwd()): string {
  const below = relative(folder, path);
  return below.startsWith('..') ? path : below || '.';
}

async function pathsOf(arg: string, folder: string): Promise<string[]> {
  const path = resolve(folder, arg);
  // An existing file, even if its name looks like a pattern: shells expand patterns themselves.
  const stats = statsOf(path);
  if (stats && !stats.isDirectory()) return [path];
  const options = {
    absolute: true,
    expandDirectories: false,
    ignore: arg.includes(EXCLUDED) ? [] : [`**/${EXCLUDED}/**`],
  };
  if (stats) return (await glob('**/*.ws', { ...options, cwd: path })).sort();
  if (!isDynamicPattern(arg)) return [];
  const pattern = process.platform === 'win32' ? arg.replaceAll('\\', '/') : arg;
  return (await glob(pattern, { ...options, cwd: folder })).sort();
}

function nothing(arg: string): string {
  if (isDynamicPattern(arg))
    return `No file matches ${arg}: correct the pattern, and put it in quotation marks.`;
  const stats = statsOf(resolve(arg));
  return stats?.isDirectory()
    ? `The folder ${arg} holds no .ws file: name a file, or a pattern such as '${arg}/**/*.http'.`
    : `There is no file ${arg}: correct its name.`;
}

/** Undefined if there is no such file, also below a file, or with a name that no file can have. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
