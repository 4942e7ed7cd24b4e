import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { referencedFiles } from '../../core/request/variables/referencedFiles.ts';
import { environmentPaths } from '../../engine/environmentFiles.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { ReadRequestFile, UnreadFile } from '../requestFiles/readRequestFile.ts';
import { requestPaths } from '../requestFiles/requestPaths.ts';

/** Milliseconds between two polls: file systems of containers and networks report no changes. */
const INTERVAL = 300;

/** A snapshot of request files, the environment files around them and the files that they name. */
export interface Watch {
  /**
   * Resolves when one of them has changed and then rested for a moment, when the arguments match a different set of
   * files, or when the signal aborts.
   */
  changed(signal: AbortSignal): Promise<void>;
}

/** Takes the snapshot right after the files were read, so that changes during a run count. */
export async function watchFiles(
  args: readonly string[],
  files: readonly (ReadRequestFile | UnreadFile)[],
): Promise<Watch> {
  const watched = [...new Set(files.flatMap(pathsOf))];
  const look = async (): Promise<string> => {
    const [named, ...stamps] = await Promise.all([namedBy(args), ...watched.map(stampOf)]);
    return JSON.stringify([named, stamps]);
  };
  const before = await look();
  return {
    async changed(signal) {
      for (let last = before; !signal.aborted;) {
        await delay(INTERVAL, undefined, { signal }).catch(() => undefined);
        const now = await look();
        // The file has not rested while an editor is still writing it.
        if (now !== before && now === last) return;
        last = now;
      }
    },
  };
}

function pathsOf(file: ReadRequestFile | UnreadFile): string[] {
  const own = [file.path, ...environmentPaths(file.path, process.cwd())];
  if ('problem' in file) return own;
  const named = referencedFiles(file.file, file.environmentContext);
  return [...own, ...named.map(({ path }) => resolve(dirname(file.path), path))];
}

async function namedBy(args: readonly string[]): Promise<string> {
  try {
    return (await requestPaths(args)).join('\n');
  } catch (error) {
    // All files are gone for the moment, which is a change, too.
    if (error instanceof DuplexError) return error.message;
    throw error;
  }
}

function stampOf(path: string): Promise<string> {
  return stat(path).then(
    ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
    () => '',
  );
}
