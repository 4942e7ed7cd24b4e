import type { Disposable, LogOutputChannel } from 'vscode';
import { pruneRecordings } from '../engine/recordings.ts';
import { detach } from './detach.ts';
import { retentionSettings } from './settings.ts';

/** Milliseconds after the start: opening a window comes first. */
const AFTER = 30_000;

/** Deletes recordings that are older or larger than the settings keep, once, when the window has settled. */
export function pruneLater(recordingsFolder: string, log: LogOutputChannel): Disposable {
  const prune = async (): Promise<void> => {
    const failed = (folder: string, { message }: Error): void =>
      log.warn(`Not looked after: ${folder}: ${message}`);
    const deleted = await pruneRecordings(recordingsFolder, retentionSettings(), Date.now(), failed);
    if (deleted.length > 0) log.info(`Deleted ${deleted.length} old recordings, as the settings say.`);
  };
  const timer = setTimeout(() => detach(prune(), log), AFTER);
  return { dispose: () => clearTimeout(timer) };
}
