import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { l10n, workspace } from 'vscode';
import type { Uri } from 'vscode';
import { DuplexError } from '../shared/errors.ts';
import { payloadUri } from './requestFiles/payloadFile.ts';

/** A path of the settings: absolute, or in the home folder, with or without `~/`. */
export function homePath(path: string): string {
  return resolve(homedir(), withoutTilde(path));
}

/** A path of a command's arguments: absolute, in the home folder with `~/`, else in the first folder of the workspace. */
export function workspacePath(path: string): string {
  const [folder] = workspace.workspaceFolders ?? [];
  const isInHome = path.startsWith('~/') || folder?.uri.scheme !== 'file';
  return isInHome ? homePath(path) : resolve(folder.uri.fsPath, path);
}

/**
 * A path that a request file names, on this machine's disk: TLS reads it there.
 * @throws DuplexError `call.invalid` for a relative path where the file is saved nowhere or not on this disk
 */
export function requestFilePath(requestFile: Uri, path: string): string {
  const uri = payloadUri(requestFile, path);
  if (uri.scheme === 'file') return uri.fsPath;
  throw new DuplexError(
    'call.invalid',
    l10n.t(
      'The file {0} is not on a disk of this machine: certificates and keys are read from there only.',
      path,
    ),
  );
}

function withoutTilde(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}
