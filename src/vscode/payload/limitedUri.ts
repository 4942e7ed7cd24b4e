import { FileType, workspace, type Uri } from 'vscode';

/**
 * Reads a file of any file system, up to a limit.
 * @returns undefined if the file is larger, or is a device or a pipe, which may have no end
 * @throws FileSystemError, such as `FileNotFound`
 */
export async function readLimitedUri(uri: Uri, maxBytes: number): Promise<Uint8Array | undefined> {
  const { type, size } = await workspace.fs.stat(uri);
  if (type === FileType.Unknown || size > maxBytes) return undefined;
  const bytes = await workspace.fs.readFile(uri);
  // Checked again, because some file systems do not know the size of a file before they have read it.
  return bytes.length > maxBytes ? undefined : bytes;
}
