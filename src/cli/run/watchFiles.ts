import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { referencedFiles } from '../../core/request/variables/referencedFiles.ts';
import { environmentPaths } from '../../engine/environmentFiles.ts';
import { DuplexError } from '../../shared/errors.ts';
import {
  isIgnored,
  requestPaths,
  searchedFolders,
  type ReadRequestFile,
  type UnreadFile,
} from '../requestFiles/readRequestFiles.ts';
import { tablePaths } from '../requestFiles/protocolTables.ts';

/**
 * Milliseconds without a further change after which a changed file counts as complete: an editor may still be writing
 * it.
 */
const REST = 300;

/** Milliseconds between reads of the files without an event, because some networks and containers report none. */
const WITHOUT_EVENT = 5_000;

/** A snapshot of request files, of the environment files and tables around them, and of the files that they name. */
export interface Watch {
  /**
   * Resolves when a file has changed and then rested, when the arguments match a different set of files, or when the
   * signal aborts.
   */
  changed(signal: AbortSignal): Promise<void>;
}

/** Takes a snapshot. Call it right after the files were read, so that changes during a run count. */
export async function watchFiles(
  args: readonly string[],
  files: readonly (ReadRequestFile | UnreadFile)[],
): Promise<Watch> {
  const watched = [...new Set(files.flatMap(pathsOf))];
  const tables = async (): Promise<string[]> => [
    ...new Set((await Promise.all(files.map(({ path }) => tablePaths(path)))).flat()),
  ];
  const look = async (): Promise<string> => {
    const around = await tables();
    const [named, ...stamps] = await Promise.all([namedBy(args), ...[...watched, ...around].map(stampOf)]);
    return JSON.stringify([named, around, stamps]);
  };
  const before = await look();
  return {
    async changed(signal) {
      const events = await watchPaths([...watched, ...(await tables()), ...searchedFolders(args)], args);
      try {
        for (let last = before; !signal.aborted;) {
          const now = await look();
          if (now !== before && now === last) return;
          await (now === before
            ? Promise.race([events.next(), pause(WITHOUT_EVENT, signal)])
            : pause(REST, signal));
          last = now;
        }
      } finally {
        await events.close();
      }
    },
  };
}

interface Events {
  /** Resolves at the next event, or at once if there was one since the last call. */
  next(): Promise<void>;
  close(): Promise<void>;
}

async function watchPaths(paths: readonly string[], args: readonly string[]): Promise<Events> {
  const { watch } = await import('chokidar');
  let seen = false;
  let notify = (): void => {};
  const happened = (): void => {
    seen = true;
    notify();
  };
  const watcher = watch([...paths], {
    ignoreInitial: true,
    ignored: (path) => isIgnored(path, args),
  });
  // `ready` counts as an event, because a file may have changed while the watcher started. If the system has no
  // watchers left, an error reports it, and the files are read again without events.
  watcher.on('all', happened).on('ready', happened).on('error', happened);
  return {
    async next() {
      if (!seen) await new Promise<void>((resolve) => (notify = resolve));
      seen = false;
    },
    close: () => watcher.close(),
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
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
    // All files are missing at the moment, which counts as a change, too.
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
