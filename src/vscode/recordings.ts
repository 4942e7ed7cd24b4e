import { EventEmitter } from 'vscode';
import type { Disposable, Event, LogOutputChannel } from 'vscode';
import { pruneRecordings } from '../engine/recordings.ts';
import { detach } from './report.ts';
import { retentionSettings } from './settings.ts';

/** The folder of this window's recordings, and an event that fires when one of them was deleted. */
export interface Recordings {
  readonly folder: string;
  readonly onDidChange: Event<void>;
  changed(): void;
}

export function createRecordings(folder: string): Recordings {
  const emitter = new EventEmitter<void>();
  return { folder, onDidChange: emitter.event, changed: () => emitter.fire() };
}

/** Milliseconds after the start, so that the window opens first. */
const AFTER = 30_000;

/** Deletes the recordings that exceed the limits of the settings, once, after the window has opened. */
export function pruneLater(recordingsFolder: string, log: LogOutputChannel): Disposable {
  const prune = async (): Promise<void> => {
    const failed = (folder: string, { message }: Error): void =>
      log.warn(`Not cleaned up: ${folder}: ${message}`);
    const deleted = await pruneRecordings(recordingsFolder, retentionSettings(), Date.now(), failed);
    if (deleted.length > 0) log.info(`Deleted ${deleted.length} old recordings, as the settings say.`);
  };
  const timer = setTimeout(() => detach(prune(), log), AFTER);
  return { dispose: () => clearTimeout(timer) };
}
