import { commands } from 'vscode';
import type { Disposable, LogOutputChannel } from 'vscode';
import { report } from '../report.ts';

/** Arguments come from keybindings, menus and other extensions: nothing is taken for granted. */
export type Command = (...args: unknown[]) => Promise<unknown>;

/** Registers commands. What fails in one is told to the user by a notification, whoever called it. */
export function registerGuarded(all: Readonly<Record<string, Command>>, log: LogOutputChannel): Disposable[] {
  return Object.entries(all).map(([id, run]) =>
    commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        return await run(...args);
      } catch (error) {
        report(error, log);
        return undefined;
      }
    }),
  );
}
