import type { Uri } from 'vscode';
import { l10n, window, workspace } from 'vscode';
import { DuplexError } from '../../shared/errors.ts';

/** Files that the user chose to send. */
export interface PickedFiles {
  /** Asks for a file; its path as it is shown, or undefined where none was chosen. */
  pick(): Promise<string | undefined>;
  /** @throws DuplexError `call.invalid` for a path that was not picked, `file.invalid` where it cannot be read */
  read(path: string): Promise<Uint8Array>;
}

/** Reads only what was picked here: the page that names the path must not reach other files. */
export function pickedFiles(): PickedFiles {
  const picked = new Map<string, Uri>();
  return {
    async pick() {
      const base = workspace.workspaceFolders?.[0]?.uri;
      const [file] =
        (await window.showOpenDialog({
          title: l10n.t('File to Send'),
          openLabel: l10n.t('Choose'),
          ...(base && { defaultUri: base }),
        })) ?? [];
      if (file === undefined) return undefined;
      const path = file.scheme === 'file' ? file.fsPath : file.toString(true);
      picked.set(path, file);
      return path;
    },
    async read(path) {
      const file = picked.get(path);
      if (file === undefined)
        throw new DuplexError(
          'call.invalid',
          l10n.t('Choose the file again: it was chosen before the window was reloaded.'),
        );
      try {
        return await workspace.fs.readFile(file);
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new DuplexError('file.invalid', l10n.t('{0} cannot be read: {1}', path, reason), { cause });
      }
    },
  };
}
