import { statSync, type Stats } from 'node:fs';
import { extname, resolve } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import type { EnvironmentContext } from '../../core/request/variables/environmentContext.ts';
import { analyzeRequestFile } from '../../core/request/plan/analyzeRequestFile.ts';
import type { RequestFile } from '../../core/request/syntax/tree.ts';
import { readEnvironments } from '../../engine/environmentFiles.ts';
import { readLimited } from '../../files/limitedFile.ts';
import { byteCount } from '../../shared/byteCount.ts';
import { DuplexError } from '../../shared/errors.ts';
import { MiB } from '../../shared/limits.ts';
import { shownPath, type LocatedProblem } from './locatedProblem.ts';
import { tablesAround } from './protocolTables.ts';

/** A folder that folders and patterns exclude, unless an argument names it. */
const EXCLUDED = 'node_modules';

/** Maximum bytes of a request file: a longer text does not fit into one string. */
const MAX_BYTES = 256 * MiB;

/** The user's choices for the request files of a command. */
export interface Chosen {
  readonly environment: string | undefined;
  readonly overrides: ReadonlyMap<string, string>;
}

export interface ReadRequestFile {
  /** The absolute path. */
  readonly path: string;
  /** The displayed path. */
  readonly name: string;
  readonly environmentContext: EnvironmentContext;
  readonly file: RequestFile;
  /** The problems of protocol tables around it. If there are any, no request of the file runs. */
  readonly tableProblems: readonly LocatedProblem[];
}

/** A file that cannot be read, with a sentence that names the file and the reason. */
export interface UnreadFile {
  readonly path: string;
  readonly name: string;
  readonly problem: string;
}

/**
 * Finds the files that arguments name and reads them.
 * @throws DuplexError `call.invalid` if an argument matches no file
 */
export async function readRequestFiles(
  args: readonly string[],
  chosen: Chosen,
): Promise<readonly (ReadRequestFile | UnreadFile)[]> {
  const paths = await requestPaths(args);
  return Promise.all(paths.map((path) => readRequestFile(path, chosen)));
}

/**
 * Reads a request file, its environments and the tables of its protocols. Searches parent folders up to the working
 * directory.
 */
export async function readRequestFile(path: string, chosen: Chosen): Promise<ReadRequestFile | UnreadFile> {
  const name = shownPath(path);
  let source: string;
  try {
    const bytes = await readLimited(path, MAX_BYTES);
    if (!bytes) {
      const limit = byteCount(MAX_BYTES);
      return { path, name, problem: `${name} is larger than ${limit}, or has no end: name a smaller file.` };
    }
    source = bytes.toString('utf8');
  } catch (error) {
    return { path, name, problem: `${name} cannot be read: ${reasonOf(error)}.` };
  }
  const environmentContext = {
    ...(await readEnvironments(path, process.cwd(), 'the working directory')),
    ...chosen,
  };
  const tableProblems = await tablesAround(path);
  const kind = /^\.(http|rest)$/i.test(extname(path)) ? 'http' : 'ws';
  const file = analyzeRequestFile(source, kind, environmentContext);
  return { path, name, environmentContext, file, tableProblems };
}

function reasonOf(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such file, correct its name';
    case 'EISDIR':
      return 'it is a folder, name a request file';
    default:
      return (error as Error).message;
  }
}

/**
 * Expands arguments to request files: files, folders (their .ws files) and patterns. Each file occurs once, in the
 * order of the arguments; the files of one pattern are sorted by name.
 * @returns absolute paths
 * @throws DuplexError `call.invalid` if an argument matches no file
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

/** The absolute paths of the folders in which `requestPaths` searches: the named ones, and those above the patterns. */
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

async function pathsOf(arg: string, folder: string): Promise<string[]> {
  const path = resolve(folder, arg);
  // The argument is an existing file, even if its name looks like a pattern: shells expand patterns themselves.
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

/** Undefined if the file does not exist, lies below another file, or has an impossible name. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
