import type { EnvironmentFile } from './environmentFile.ts';
import { ENVIRONMENT_FILES, parseEnvironmentFile, unreadableEnvironmentFile } from './environmentFile.ts';
import type { Dotenv, EnvironmentContext, SearchedFolders } from './environmentContext.ts';

/** The file access that the search needs. */
export interface EnvironmentContextFiles {
  /** The folder of the request file, then its parents, up to the root of the search. */
  readonly folders: readonly string[];
  /** What kind of folder the last one is. */
  readonly searched: SearchedFolders;
  /** The path of a file in one of the folders. */
  pathOf(folder: string, name: string): string;
  /** The text of a file; undefined if it does not exist. @throws if it cannot be read */
  readText(path: string): Promise<string | undefined>;
  /** Names and values of a `.env` file. */
  parseDotenv(text: string): Readonly<Record<string, string | undefined>>;
}

const DOTENV = '.env';

/** Reads the environment files around a request file. Unreadable files are reported in the result. */
export async function readEnvironmentContext(
  files: EnvironmentContextFiles,
): Promise<Pick<EnvironmentContext, 'environmentFiles' | 'dotenv' | 'searched'>> {
  const read = files.folders.flatMap((folder) =>
    ENVIRONMENT_FILES.map((name) => environmentFile(files, files.pathOf(folder, name))),
  );
  const environmentFiles = (await Promise.all(read)).filter((file) => file !== undefined);
  return { environmentFiles, dotenv: await nearestDotenv(files), searched: files.searched };
}

/** All paths that were or would be read. A change of one is a change of the context. */
export function environmentContextPaths(
  files: Pick<EnvironmentContextFiles, 'folders' | 'pathOf'>,
): string[] {
  return files.folders.flatMap((folder) =>
    [...ENVIRONMENT_FILES, DOTENV].map((name) => files.pathOf(folder, name)),
  );
}

async function environmentFile(
  files: EnvironmentContextFiles,
  path: string,
): Promise<EnvironmentFile | undefined> {
  try {
    const text = await files.readText(path);
    return text === undefined ? undefined : parseEnvironmentFile(path, text);
  } catch (error) {
    return unreadableEnvironmentFile(path, error instanceof Error ? error.message : String(error));
  }
}

async function nearestDotenv(files: EnvironmentContextFiles): Promise<Dotenv> {
  for (const folder of files.folders) {
    const path = files.pathOf(folder, DOTENV);
    try {
      const text = await files.readText(path);
      if (text === undefined) continue;
      const values = Object.entries(files.parseDotenv(text)).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      );
      return { path, values: new Map(values), problem: undefined };
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      return { path, values: new Map(), problem };
    }
  }
  return { path: undefined, values: new Map(), problem: undefined };
}
