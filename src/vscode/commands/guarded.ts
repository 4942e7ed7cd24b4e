import { commands } from 'vscode';
import type { Disposable, LogOutputChannel } from 'vscode';
import { toDuplexError } from '../../shared/errors.ts';
import type { DuplexError } from '../../shared/errors.ts';
import { report } from '../report.ts';
import type { Remedy } from '../report.ts';

/** Arguments come from keybindings, menus and other extensions: nothing is taken for granted. */
export type Command = (...args: unknown[]) => Promise<unknown>;

/** Registers commands. What fails in one is told to the user by a notification, whoever called it. */
export function registerGuarded(all: Readonly<Record<string, Command>>, log: LogOutputChannel): Disposable[] {
  return Object.entries(all).map(([id, run]) =>
    commands.registerCommand(id, (...args: unknown[]) => guarded(() => run(...args), log)),
  );
}

/** Answers what the work does; undefined where it fails, of which the user is told with these remedies. */
export async function guarded<T>(
  work: () => Promise<T>,
  log: LogOutputChannel,
  remedies: (error: DuplexError) => readonly Remedy[] = () => [],
): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    report(thrown, log, remedies(toDuplexError(thrown)));
    return undefined;
  }
}
