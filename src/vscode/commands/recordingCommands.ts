import { commands, env, l10n, Uri, window } from 'vscode';
import { deleteRecording, describeRecording } from '../../engine/recordings.ts';
import { DuplexError } from '../../shared/errors.ts';
import { byteCount } from '../../shared/byteCount.ts';
import { confirmed } from '../confirmed.ts';
import type { Services } from '../services.ts';
import { requireTrust } from '../trust.ts';
import type { Command } from '../report.ts';

/** The commands about recordings on disk. Each takes the folder: a URI, its path, or an item of the Recordings view. */
export function recordingCommands(services: Services): Readonly<Record<string, Command>> {
  const { engine, panels, recordings } = services;
  return {
    /** Shows a recording in a panel without connecting. Returns the id of its session. */
    'duplex.openRecording': async (argument) => {
      requireTrust('read');
      const folder = argument === undefined ? await pickFolder() : folderOf(argument);
      if (folder === undefined) return undefined;
      try {
        const session = await engine.reopen(folder);
        panels.show(session);
        return session.id;
      } catch (error) {
        // The recording may be deleted, or another window may be writing it.
        recordings.changed();
        throw error;
      }
    },
    'duplex.revealRecording': async (argument) => {
      requireTrust('read');
      const folder = Uri.file(folderOf(argument));
      // The file manager of this machine cannot show files of another one.
      if (env.remoteName === undefined) await commands.executeCommand('revealFileInOS', folder);
      else await commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: true });
    },
    'duplex.deleteRecording': async (argument, how) => {
      requireTrust('read');
      const folder = folderOf(argument);
      const session = engine.sessions.find((each) => each.folder === folder);
      if (session) return commands.executeCommand('duplex.deleteSession', session.id, how);
      const { manifest, bytes } = await describeRecording(folder);
      const question = {
        text: l10n.t('Delete the recording of {0}?', manifest.name),
        detail: l10n.t('{0} on disk are deleted. This cannot be undone.', byteCount(bytes)),
        agree: l10n.t('Delete'),
      };
      if (!(await confirmed(services, how, question))) return undefined;
      try {
        await deleteRecording(folder);
      } finally {
        recordings.changed();
      }
      return undefined;
    },
  };
}

export async function pickFolder(): Promise<string | undefined> {
  const picked = await window.showOpenDialog({
    title: l10n.t('Open Recording'),
    openLabel: l10n.t('Open'),
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: false,
  });
  return picked?.[0] && folderOf(picked[0]);
}

/** @throws DuplexError `call.invalid` if it is not a folder of this machine */
export function folderOf(argument: unknown): string {
  if (typeof argument === 'string' && argument !== '') return argument;
  if (argument instanceof Uri && argument.scheme === 'file') return argument.fsPath;
  const { folder } = (argument ?? {}) as { folder?: unknown };
  if (typeof folder === 'string') return folder;
  throw new DuplexError(
    'call.invalid',
    l10n.t('A recording is a folder on the machine of this window: name it by its URI or path.'),
  );
}
