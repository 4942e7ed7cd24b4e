import { dirname, isAbsolute, join, relative } from 'node:path';
import { parseEnv } from 'node:util';
import {
  readEnvironmentContext,
  environmentContextPaths,
  type EnvironmentContextFiles,
} from '../core/request/variables/readEnvironmentContext.ts';
import type { EnvironmentContext, SearchedFolders } from '../core/request/variables/environmentContext.ts';
import { readLimited } from '../files/limitedFile.ts';

/** A larger file is not an environment file, whatever its name. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Reads the environments around a request file from the disk.
 * @param requestFile its absolute path
 * @param root the topmost folder of the search; if the file lies elsewhere, only its own folder is searched
 * @param rootIs the kind of the root folder, as messages name it
 */
export function readEnvironments(
  requestFile: string,
  root: string,
  rootIs: SearchedFolders['rootIs'],
): Promise<Pick<EnvironmentContext, 'environmentFiles' | 'dotenv' | 'searched'>> {
  return readEnvironmentContext(files(requestFile, root, rootIs));
}

/** The paths of all files that `readEnvironments` looks for. */
export function environmentPaths(requestFile: string, root: string): string[] {
  return environmentContextPaths(files(requestFile, root));
}

function files(
  requestFile: string,
  root: string,
  rootIs: SearchedFolders['rootIs'] = 'the working directory',
): EnvironmentContextFiles {
  const folder = dirname(requestFile);
  const folders = foldersUpTo(folder, root);
  const searched = { folder, root, rootIs, isBelowRoot: relative(folders.at(-1)!, root) === '' };
  return { folders, searched, pathOf: join, readText, parseDotenv: parseEnv };
}

/** The folder, then its parents up to the root; only the folder itself if it lies outside the root. */
export function foldersUpTo(folder: string, root: string): string[] {
  const below = relative(root, folder);
  if (below.startsWith('..') || isAbsolute(below)) return [folder];
  const folders = [folder];
  for (let at = folder; relative(root, at) !== '';) {
    at = dirname(at);
    folders.push(at);
  }
  return folders;
}

async function readText(path: string): Promise<string | undefined> {
  try {
    const bytes = await readLimited(path, MAX_BYTES);
    if (!bytes) throw new Error(`it has more than ${MAX_BYTES} bytes`);
    return bytes.toString('utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
