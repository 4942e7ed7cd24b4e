import type { Uri } from 'vscode';
import { l10n, window, workspace } from 'vscode';
import { byteCount } from '../../../shared/byteCount.ts';
import { DuplexError } from '../../../shared/errors.ts';
import { MAX_SENT_FILE_BYTES, MiB } from '../../../shared/limits.ts';
import { readLimitedUri } from '../../payload/limitedUri.ts';

/** Files that the user chose to send. */
export interface PickedFiles {
  /** Asks for a file. @returns its displayed path; undefined if none was chosen */
  pick(): Promise<string | undefined>;
  /** Keeps the bytes of a file that was dropped. @returns the path by which `read` finds them */
  keep(name: string, bytes: Uint8Array): string;
  /** @throws DuplexError `call.invalid` for a path that was not picked, `file.invalid` if it cannot be read */
  read(path: string): Promise<Uint8Array>;
}

/** Maximum bytes of a dropped file, which the page holds. The host reads a chosen file, so that one may be larger. */
const MAX_DROPPED = 64 * MiB;

/** Reads only files that were picked here, because the page names the path and must not reach other files. */
export function createPickedFiles(): PickedFiles {
  const picked = new Map<string, Uri>();
  /** The last dropped file. Only one is kept, so that drops do not pile up in memory. */
  let dropped: { readonly path: string; readonly bytes: Uint8Array } | undefined;
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
    keep(name, bytes) {
      if (bytes.length > MAX_DROPPED)
        throw new DuplexError(
          'call.invalid',
          l10n.t('{0} is larger than {1} MiB: choose it with Choose File… instead.', name, MAX_DROPPED / MiB),
        );
      dropped = { path: name, bytes };
      return name;
    },
    async read(path) {
      if (dropped?.path === path) return dropped.bytes;
      const file = picked.get(path);
      if (file === undefined)
        throw new DuplexError(
          'call.invalid',
          l10n.t('Choose the file again: it was chosen before the window was reloaded.'),
        );
      let bytes: Uint8Array | undefined;
      try {
        bytes = await readLimitedUri(file, MAX_SENT_FILE_BYTES);
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new DuplexError('file.invalid', l10n.t('{0} cannot be read: {1}', path, reason), { cause });
      }
      if (bytes) return bytes;
      throw new DuplexError(
        'file.invalid',
        l10n.t(
          'The file {0} is larger than {1}, or is a device or a pipe: name a smaller file.',
          path,
          byteCount(MAX_SENT_FILE_BYTES),
        ),
      );
    },
  };
}
