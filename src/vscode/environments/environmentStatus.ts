import { l10n, StatusBarAlignment, window } from 'vscode';
import type { Disposable } from 'vscode';
import { requestFileKind } from '../requestFiles/requestDocuments.ts';
import { workspaceFolderOf, type Environments } from './environments.ts';
import { inertText } from '../inertText.ts';

/** The environment of the request file that is looked at; a click chooses another. */
export function environmentStatus(environments: Environments): Disposable {
  const item = window.createStatusBarItem('duplex.environment', StatusBarAlignment.Right, 100);
  item.name = l10n.t('WebSocket Environment');
  item.command = 'duplex.selectEnvironment';
  const refresh = (): void => {
    const document = window.activeTextEditor?.document;
    if (!document || !requestFileKind(document)) return item.hide();
    const chosen = environments.chosen(workspaceFolderOf(document));
    item.text = `$(symbol-variable) ${inertText(chosen ?? l10n.t('No Environment'))}`;
    const tooltip = chosen
      ? inertText(l10n.t('Request files use the environment {0}. Click to choose another.', chosen))
      : l10n.t('Request files use no environment but what their @env says. Click to choose one.');
    item.tooltip = inertText(tooltip);
    item.accessibilityInformation = { label: tooltip, role: 'button' };
    item.show();
  };
  const subscriptions = [
    item,
    window.onDidChangeActiveTextEditor(refresh),
    environments.onDidChange(refresh),
  ];
  refresh();
  return {
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}
