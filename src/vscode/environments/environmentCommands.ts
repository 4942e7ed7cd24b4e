import { l10n, QuickPickItemKind, StatusBarAlignment, window, workspace } from 'vscode';
import type { Disposable, QuickPickItem, TextDocument } from 'vscode';
import { DuplexError } from '../../shared/errors.ts';
import { workspaceFolderOf } from './environments.ts';
import type { Environments } from './environments.ts';
import { askSecret, secretFolderOf } from './outsidePorts.ts';
import type { SecretStore } from './secretStore.ts';
import { inertCheck, inertText } from '../inertText.ts';
import type { Command } from '../report.ts';
import { requestFileKind } from '../requestFiles/requestDocuments.ts';
import { requireTrust } from '../trust.ts';

/**
 * `duplex.selectEnvironment` takes the name of an environment, or null for none; `duplex.setSecret` the name of a
 * secret and its value, stored for the folder of the active request file. The user is asked for missing values.
 */
export function environmentCommands(
  environments: Environments,
  secrets: SecretStore,
): Record<string, Command> {
  return {
    'duplex.selectEnvironment': async (name) => {
      requireTrust('read');
      const document = await anyRequestFile();
      const folder = document ? workspaceFolderOf(document) : workspace.workspaceFolders?.[0];
      if (name === null || typeof name === 'string') return environments.choose(folder, name ?? undefined);
      const names = document ? await environments.names(document) : [];
      const chosen = await pickEnvironment(names, environments.chosen(folder));
      if (chosen) await environments.choose(folder, chosen.name);
    },
    'duplex.setSecret': async (name, value) => {
      const folder = secretFolderOf(await anyRequestFile());
      const wanted = typeof name === 'string' ? name.trim() : await pickSecret(secrets.names(folder));
      if (wanted === undefined) return;
      if (wanted === '')
        throw new DuplexError('call.invalid', l10n.t('A secret needs a name: letters and digits.'));
      const text = typeof value === 'string' ? value : await askSecret(wanted);
      if (text === undefined) return;
      // An empty value deletes the secret.
      await (text === '' ? secrets.delete(folder, wanted) : secrets.set(folder, wanted, text));
    },
  };
}

/**
 * The active request file, or else an open one, or else any of the workspace, because they share their environments.
 */
async function anyRequestFile(): Promise<TextDocument | undefined> {
  const active = window.activeTextEditor?.document;
  const open = [...(active ? [active] : []), ...workspace.textDocuments].find(
    (document) => requestFileKind(document) !== undefined,
  );
  if (open) return open;
  const [found] = await workspace.findFiles('**/*.{ws,http,rest}', '**/node_modules/**', 1);
  return found && workspace.openTextDocument(found);
}

interface EnvironmentItem extends QuickPickItem {
  readonly name: string | undefined;
}

async function pickEnvironment(
  names: readonly string[],
  chosen: string | undefined,
): Promise<EnvironmentItem | undefined> {
  const mark = (name: string | undefined): string => (name === chosen ? l10n.t('chosen') : '');
  const items: EnvironmentItem[] = [
    ...names.map((name) => ({ label: inertText(name), description: inertText(mark(name)), name })),
    { label: '', kind: QuickPickItemKind.Separator, name: undefined },
    {
      label: l10n.t('No Environment'),
      description: inertText(mark(undefined)),
      detail: l10n.t('Each request uses its own @env.'),
      name: undefined,
    },
  ];
  return window.showQuickPick(items, {
    title: l10n.t('Environment of Request Files'),
    placeHolder:
      names.length > 0
        ? l10n.t('Variables of the environment fill in {{name}}')
        : l10n.t('No environments yet: write them into http-client.env.json beside the request files'),
  });
}

async function pickSecret(names: readonly string[]): Promise<string | undefined> {
  if (names.length > 0) {
    const kept = names.map((name): { label: string; name?: string } => ({ label: inertText(name), name }));
    const chosen = await window.showQuickPick([...kept, { label: l10n.t('New Secret…') }], {
      title: l10n.t('Set Secret'),
    });
    if (chosen?.name !== undefined || !chosen) return chosen?.name;
  }
  return window.showInputBox({
    title: l10n.t('Set Secret'),
    prompt: l10n.t('Its name, as in {{$secret apiToken}}'),
    validateInput: inertCheck((text) =>
      text.trim() === '' ? l10n.t('A secret needs a name: letters and digits.') : undefined,
    ),
  });
}

/** Shows the environment of the active request file; a click chooses another. */
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
      : l10n.t('Request files use only the environment of their @env. Click to choose one.');
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
