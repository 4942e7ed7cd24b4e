import { commands } from 'vscode';
import type { Disposable } from 'vscode';
import { report } from '../report.ts';
import type { Services } from '../services.ts';
import { demoCommands } from './demoCommands.ts';
import { sessionCommands } from './sessionCommands.ts';

/** Registers the commands. What fails in one is told to the user by a notification, whoever called it. */
export function registerCommands(services: Services): Disposable[] {
  const all = { ...sessionCommands(services), ...demoCommands(services) };
  return Object.entries(all).map(([id, run]) =>
    commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        return await run(...args);
      } catch (error) {
        report(error, services.log);
        return undefined;
      }
    }),
  );
}
