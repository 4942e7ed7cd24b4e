import { homedir } from 'node:os';
import { l10n, Uri, window, workspace } from 'vscode';
import type { TextDocument } from 'vscode';
import type { OutsidePorts } from '../../core/request/variables/outsideValues.ts';
import { commandOutput } from '../../engine/runner/commandOutput.ts';
import { agreed } from '../confirmed.ts';
import { createCommandGate } from './allowedCommands.ts';
import { inertText } from '../inertText.ts';
import { workspaceFolderOf } from './environments.ts';
import type { SecretOrigin, SecretStore } from './secretStore.ts';

/** The user's answers apply to the whole window. */
const allowed = createCommandGate({
  isTrusted: () => workspace.isTrusted,
  ask: agreed,
  run: (line, folder) => commandOutput(line, { cwd: pathOf(folder) }),
});

/** The working directory of a command: the folder, or the home directory if the folder is not on this machine. */
function pathOf(folder: string): string {
  const uri = folder === '' ? undefined : Uri.parse(folder, true);
  return uri?.scheme === 'file' ? uri.fsPath : homedir();
}

/**
 * The sources of values outside all files: the process, the secrets, and the user.
 * @param folder the folder of the request file, see secretFolderOf
 */
export function createOutsidePorts(secrets: SecretStore, folder: string): OutsidePorts {
  return {
    env: (name) => process.env[name],
    async secret(name) {
      const kept = await secrets.get(folder, name);
      if (kept !== undefined) return kept;
      // The value is asked for once and then stored.
      const given = await firstValue(secrets, folder, name);
      if (given !== undefined) await secrets.set(folder, name, given);
      return given;
    },
    prompt: async (text, question = {}) => {
      const { choices, fallback, isHidden = false } = question;
      const title = inertText(text);
      if (!choices)
        return window.showInputBox({
          title,
          prompt: title,
          ignoreFocusOut: true,
          password: isHidden,
          ...(fallback !== undefined && { value: fallback }),
        });
      const items = choices.map((value) => ({ label: inertText(value), value }));
      return (await window.showQuickPick(items, { title, ignoreFocusOut: true }))?.value;
    },
    command: (line) => allowed(line, folder),
    remedies: {
      secret: () => l10n.t('enter it when it is asked for, or run WebSocket: Set Secret.'),
      prompt: l10n.t('run the request again and type a value.'),
    },
  };
}

/** The folder that owns the secrets of a request file: the workspace folder, or else the folder of the file. */
export function secretFolderOf(document: TextDocument | undefined): string {
  const folder = document ? workspaceFolderOf(document) : workspace.workspaceFolders?.[0];
  if (folder) return folder.uri.toString();
  return document && !document.isUntitled ? Uri.joinPath(document.uri, '..').toString() : '';
}

/**
 * The first value of a secret that the folder lacks: that of another folder if the user agrees, or else a typed
 * value.
 */
async function firstValue(secrets: SecretStore, folder: string, name: string): Promise<string | undefined> {
  for (const origin of secrets.elsewhere(folder, name)) {
    const choice = await askToShare(name, folder, origin);
    if (choice === undefined) return undefined;
    if (choice === 'use') return secrets.from(origin, name);
    break;
  }
  return askSecret(name);
}

/** @returns undefined if the user cancels */
async function askToShare(
  name: string,
  folder: string,
  origin: SecretOrigin,
): Promise<'use' | 'enter' | undefined> {
  const use = l10n.t('Use It Here');
  const enter = l10n.t('Enter Another…');
  const text = l10n.t('Use the secret {0} in {1}?', name, folderName(folder));
  const detail =
    origin === undefined
      ? l10n.t(
          'It was entered for another workspace. The request file that asks for it may send it to any server.',
        )
      : l10n.t(
          'It was entered for {0}. The request file that asks for it may send it to any server.',
          folderName(origin),
        );
  const chosen = await window.showWarningMessage(
    inertText(text),
    { modal: true, detail: inertText(detail) },
    use,
    enter,
  );
  if (chosen === use) return 'use';
  return chosen === enter ? 'enter' : undefined;
}

function folderName(folder: string): string {
  if (folder === '') return l10n.t('a file that is not saved yet');
  const uri = Uri.parse(folder);
  return uri.scheme === 'file' ? uri.fsPath : uri.toString(true);
}

export async function askSecret(name: string): Promise<string | undefined> {
  return window.showInputBox({
    title: inertText(l10n.t('Secret {0}', name)),
    prompt: l10n.t('Kept in the secret storage of VS Code for this folder, never in a file.'),
    password: true,
    ignoreFocusOut: true,
  });
}
