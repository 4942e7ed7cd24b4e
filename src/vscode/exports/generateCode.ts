import { basename } from 'node:path';
import { commands, env, FileType, l10n, Uri, window, workspace } from 'vscode';
import type { LogOutputChannel } from 'vscode';
import {
  CODE_TARGETS,
  writeProgram,
  type CodeTarget,
  type CodeTargetId,
  type WrittenProgram,
} from '../../core/codegen/targets.ts';
import type { Program } from '../../core/codegen/program.ts';
import { DuplexError } from '../../shared/errors.ts';
import { inertText } from '../inertText.ts';
import { detach } from '../report.ts';
import { reportLeft } from './exportRecording.ts';

/** The choices of the caller; the user is asked for the rest. */
export interface CodeChoice {
  readonly target?: unknown;
  /** `open`, `copy`, or the file to write. With a target but no action, the program is opened. */
  readonly action?: unknown;
}

type Action = 'open' | 'copy' | 'write' | Uri;

/**
 * Writes a request as a program: to a document that is not saved, to the clipboard, or to a file.
 * @param describe describes the request for a client that speaks this protocol, or only WebSocket
 * @param folder where the dialog for the file starts
 * @returns the URI of the document or the file; undefined for the clipboard, or if the user cancelled
 * @throws DuplexError `call.invalid` for an unknown target or action, or if the caller's file exists
 */
export async function generateCode(
  { log }: { readonly log: LogOutputChannel },
  describe: (protocol: CodeTarget['protocol']) => Promise<Program>,
  folder: Uri | undefined,
  { target, action }: CodeChoice = {},
): Promise<string | undefined> {
  const id = await pickTarget(target);
  if (id === undefined) return undefined;
  const client: CodeTarget = CODE_TARGETS[id];
  const chosen = await pickAction(action ?? (target === undefined ? undefined : 'open'), client);
  if (chosen === undefined) return undefined;
  const written = writeProgram(client, await describe(client.protocol));
  const uri = await put(written, client, chosen, folder, log);
  if (uri !== undefined || chosen === 'copy') reportLeft(written.left, log);
  return uri?.toString();
}

async function put(
  { text }: WrittenProgram,
  client: CodeTarget,
  action: Action,
  folder: Uri | undefined,
  log: LogOutputChannel,
): Promise<Uri | undefined> {
  if (action === 'copy') {
    await env.clipboard.writeText(text);
    window.setStatusBarMessage(l10n.t('Copied {0}', inertText(client.label)), SHOWN);
    return undefined;
  }
  if (action === 'open') {
    const document = await workspace.openTextDocument({ language: client.language, content: text });
    await window.showTextDocument(document);
    return document.uri;
  }
  const file = action === 'write' ? await pickFile(client, folder) : await newFile(action);
  if (file === undefined) return undefined;
  await workspace.fs.writeFile(file, new TextEncoder().encode(text));
  const open = l10n.t('Open');
  detach(
    window
      .showInformationMessage(inertText(l10n.t('The program was written to {0}.', basename(file.path))), open)
      .then((pressed) => (pressed === open ? commands.executeCommand('vscode.open', file) : undefined)),
    log,
  );
  return file;
}

/** Milliseconds for which the status bar reports a copy. */
const SHOWN = 5000;

async function pickTarget(named: unknown): Promise<CodeTargetId | undefined> {
  const ids = Object.keys(CODE_TARGETS) as CodeTargetId[];
  if (named !== undefined) {
    const id = ids.find((each) => each === named);
    if (id) return id;
    throw new DuplexError('call.invalid', l10n.t('There is no such target: use one of {0}.', ids.join(', ')));
  }
  const picked = await window.showQuickPick(
    ids.map((id) => ({ label: CODE_TARGETS[id].label, description: CODE_TARGETS[id].fileName, id })),
    { title: l10n.t('Generate Code'), placeHolder: l10n.t('For which client?') },
  );
  return picked?.id;
}

async function pickAction(named: unknown, client: CodeTarget): Promise<Action | undefined> {
  if (named === 'open' || named === 'copy' || named instanceof Uri) return named;
  if (named !== undefined)
    throw new DuplexError(
      'call.invalid',
      l10n.t('The destination of the program must be “open”, “copy” or the URI of a new file.'),
    );
  const items: readonly { readonly label: string; readonly action: 'open' | 'copy' | 'write' }[] = [
    { label: l10n.t('Open as an Unsaved Document'), action: 'open' },
    { label: l10n.t('Copy to the Clipboard'), action: 'copy' },
    { label: l10n.t('Write to a File…'), action: 'write' },
  ];
  const picked = await window.showQuickPick(items, { title: l10n.t('Code for {0}', client.label) });
  return picked?.action;
}

/** The system's dialog asks before it overwrites an existing file. */
async function pickFile({ fileName }: CodeTarget, folder: Uri | undefined): Promise<Uri | undefined> {
  return window.showSaveDialog({
    title: l10n.t('Generate Code'),
    saveLabel: l10n.t('Save'),
    ...(folder && { defaultUri: Uri.joinPath(folder, fileName) }),
  });
}

/** @throws DuplexError `call.invalid` if it exists */
async function newFile(file: Uri): Promise<Uri> {
  const exists = await workspace.fs.stat(file).then(
    ({ type }) => type !== FileType.Unknown,
    () => false,
  );
  if (exists)
    throw new DuplexError('call.invalid', l10n.t('{0} exists: choose the name of a new file.', file.fsPath));
  return file;
}
