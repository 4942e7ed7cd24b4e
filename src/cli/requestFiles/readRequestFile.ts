import { extname } from 'node:path';
import type { EnvironmentContext } from '../../core/request/variables/environmentContext.ts';
import { analyzeRequestFile } from '../../core/request/plan/analyzeRequestFile.ts';
import type { RequestFile } from '../../core/request/syntax/tree.ts';
import { readEnvironments } from '../../engine/environmentFiles.ts';
import { readLimited } from '../../files/limitedFile.ts';
import { byteCount } from '../../shared/byteCount.ts';
import { MiB } from '../../shared/limits.ts';
import type { LocatedProblem } from './locatedProblem.ts';
import { tablesAround } from './protocolTables.ts';
import { shownPath } from './requestPaths.ts';

/** Longer texts do not fit in one string. */
const MAX_BYTES = 256 * MiB;

/** The user's choices for the request files of a command. */
export interface Chosen {
  readonly environment: string | undefined;
  readonly overrides: ReadonlyMap<string, string>;
}

export interface ReadRequestFile {
  /** The absolute path. */
  readonly path: string;
  /** The path as it is displayed. */
  readonly name: string;
  readonly environmentContext: EnvironmentContext;
  readonly file: RequestFile;
  /** Why tables of protocols around it cannot be used; nothing of it runs then. */
  readonly tableProblems: readonly LocatedProblem[];
}

/** Why a file could not be read, as a sentence that names the file. */
export interface UnreadFile {
  readonly path: string;
  readonly name: string;
  readonly problem: string;
}

/** Reads a request file, its environments and the tables of its protocols, searching up to the working directory. */
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
