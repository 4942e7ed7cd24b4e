import { commands, l10n, window, workspace } from 'vscode';
import type { Disposable, LogOutputChannel } from 'vscode';
import { makeVisible } from '../core/format/visible.ts';
import { spellOptions } from '../core/session/options/optionName.ts';
import { toDuplexError } from '../shared/errors.ts';
import type { DuplexError } from '../shared/errors.ts';
import { inertText } from './inertText.ts';

/** A button of a notification. */
export interface Remedy {
  readonly label: string;
  run(): unknown;
}

/** Shows a failure to the user, with its remedies. A cancellation is not a failure. */
export function report(thrown: unknown, log: LogOutputChannel, remedies: readonly Remedy[] = []): void {
  const error = toDuplexError(thrown);
  if (error.code === 'call.cancelled') return;
  const sentence = spellOptions(error.message, 'editor');
  log.error(`${error.code}: ${makeVisible(sentence)}`);
  const offered: Remedy[] = [...remedies];
  if (!workspace.isTrusted) offered.push(MANAGE_TRUST);
  if (error.code === 'internal') offered.push({ label: l10n.t('Show Log'), run: () => log.show() });
  detach(
    window
      .showErrorMessage(inertText(sentence), ...offered.map((remedy) => remedy.label))
      .then((chosen) => offered.find((remedy) => remedy.label === chosen)?.run()),
    log,
  );
}

const MANAGE_TRUST: Remedy = {
  label: l10n.t('Manage Workspace Trust'),
  run: () => commands.executeCommand('workbench.trust.manage'),
};

/** Runs work that no caller waits for, and logs its failure. */
export function detach(work: Thenable<unknown>, log: LogOutputChannel): void {
  work.then(undefined, (thrown: unknown) => {
    const error = toDuplexError(thrown);
    log.error(`${error.code}: ${error.message}`);
  });
}

/** Arguments come from keybindings, menus and other extensions, so a command checks them. */
export type Command = (...args: unknown[]) => Promise<unknown>;

/** Registers commands. A notification shows the failure of a command, regardless of its caller. */
export function registerGuarded(all: Readonly<Record<string, Command>>, log: LogOutputChannel): Disposable[] {
  return Object.entries(all).map(([id, run]) =>
    commands.registerCommand(id, (...args: unknown[]) => guarded(() => run(...args), log)),
  );
}

/** Returns the result of the work. If the work fails, shows the failure with these remedies and returns undefined. */
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
