import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { FileType, l10n, Uri, workspace } from 'vscode';
import { DuplexError } from '../../shared/errors.ts';

/**
 * Writes files as a new folder of any file system, all of them or none: they are first written to a folder beside it.
 * @throws DuplexError `call.invalid` if it exists, `disk.denied`
 */
export async function writeNewFolder(
  folder: Uri,
  files: readonly { readonly path: string; readonly text: string }[],
): Promise<void> {
  const exists = await workspace.fs.stat(folder).then(
    ({ type }) => type !== FileType.Unknown,
    () => false,
  );
  if (exists)
    throw new DuplexError(
      'call.invalid',
      l10n.t('{0} exists: choose another name for the new folder.', folder.fsPath),
    );
  const partial = Uri.joinPath(folder, '..', `.${basename(folder.path).slice(0, 40)}.${randomUUID()}.part`);
  try {
    for (const { path, text } of files)
      await workspace.fs.writeFile(Uri.joinPath(partial, path), new TextEncoder().encode(text));
    await workspace.fs.rename(partial, folder, { overwrite: false });
  } catch (cause) {
    // The partial folder may not exist yet. Only the original failure is reported.
    await workspace.fs.delete(partial, { recursive: true }).then(undefined, () => undefined);
    throw new DuplexError(
      'disk.denied',
      l10n.t('{0} cannot be written: choose another place for the new folder.', folder.fsPath),
      { cause },
    );
  }
}
