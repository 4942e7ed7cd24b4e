import { commands, l10n, window, workspace } from 'vscode';
import type { LogOutputChannel } from 'vscode';
import { makeVisible } from '../core/format/visible.ts';
import { toDuplexError } from '../shared/errors.ts';
import { detach } from './detach.ts';
import { inertText } from './inertText.ts';
import { spellOptions } from '../core/session/options/optionName.ts';

/** A button of a notification. */
export interface Remedy {
  readonly label: string;
  run(): unknown;
}

/** Tells the user what failed, with what can be done about it; cancelling is no failure. */
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
