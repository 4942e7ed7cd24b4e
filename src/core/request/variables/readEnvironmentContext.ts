import type { EnvironmentFile } from './environmentFile.ts';
import { ENVIRONMENT_FILES, parseEnvironmentFile, unreadableEnvironmentFile } from './environmentFile.ts';
import type { Dotenv, EnvironmentContext, SearchedFolders } from './environmentContext.ts';

/** What is needed of the side that reads files. */
export interface SurroundingFiles {
  /** The folder of the request file, then those above it, as far as the search goes. */
  readonly folders: readonly string[];
  /** What the last of the folders is. */
  readonly searched: SearchedFolders;
  /** The path of a file in one of the folders. */
  pathOf(folder: string, name: string): string;
  /** The text of a file; undefined where there is none. @throws where it cannot be read */
  readText(path: string): Promise<string | undefined>;
  /** Names and values of a `.env` file. */
  parseDotenv(text: string): Readonly<Record<string, string | undefined>>;
}

const DOTENV = '.env';

/** Reads what lies around a request file. What cannot be read is told by what is read of it. */
export async function readEnvironmentContext(
  files: SurroundingFiles,
): Promise<Pick<EnvironmentContext, 'environmentFiles' | 'dotenv' | 'searched'>> {
  const read = files.folders.flatMap((folder) =>
    ENVIRONMENT_FILES.map((name) => environmentFile(files, files.pathOf(folder, name))),
  );
  const environmentFiles = (await Promise.all(read)).filter((file) => file !== undefined);
  return { environmentFiles, dotenv: await nearestDotenv(files), searched: files.searched };
}

/** All paths that were or would be looked at: a change of one is a change of the context. */
export function surroundingPaths(files: Pick<SurroundingFiles, 'folders' | 'pathOf'>): string[] {
  return files.folders.flatMap((folder) =>
    [...ENVIRONMENT_FILES, DOTENV].map((name) => files.pathOf(folder, name)),
  );
}

async function environmentFile(files: SurroundingFiles, path: string): Promise<EnvironmentFile | undefined> {
  try {
    const text = await files.readText(path);
    return text === undefined ? undefined : parseEnvironmentFile(path, text);
  } catch (error) {
    return unreadableEnvironmentFile(path, error instanceof Error ? error.message : String(error));
  }
}

async function nearestDotenv(files: SurroundingFiles): Promise<Dotenv> {
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
