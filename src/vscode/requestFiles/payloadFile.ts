import { isAbsolute } from 'node:path';
import { l10n, Uri, workspace } from 'vscode';
import { byteCount } from '../../shared/byteCount.ts';
import { DuplexError } from '../../shared/errors.ts';
import { MAX_SENT_FILE_BYTES } from '../../shared/limits.ts';
import { readLimitedUri } from '../payload/limitedUri.ts';

/**
 * Resolves a path of a request file: relative to its folder, or absolute on its file system.
 * @throws DuplexError `call.invalid` for a relative path in an untitled document
 */
export function payloadUri(requestFile: Uri, path: string): Uri {
  const windows = process.platform === 'win32' && requestFile.scheme === 'file';
  const slashed = windows ? path.replaceAll('\\', '/') : path;
  if (windows ? isAbsolute(path) : slashed.startsWith('/'))
    return requestFile.scheme === 'file' ? Uri.file(slashed) : requestFile.with({ path: slashed });
  if (requestFile.scheme === 'untitled')
    throw new DuplexError(
      'call.invalid',
      l10n.t('The path {0} is relative to the request file: save the request file first.', path),
    );
  return Uri.joinPath(requestFile, '..', slashed);
}

/**
 * The bytes of a file that a request names. The caller checks that the workspace is trusted.
 * @throws DuplexError `disk.denied` with the path and the cause, `file.invalid` if it is larger than `maxBytes`
 */
export async function readPayloadFile(
  requestFile: Uri,
  path: string,
  maxBytes = MAX_SENT_FILE_BYTES,
): Promise<Uint8Array> {
  const uri = payloadUri(requestFile, path);
  let bytes: Uint8Array | undefined;
  try {
    bytes = await readLimitedUri(uri, maxBytes);
  } catch (cause) {
    throw unreadable(uri, cause);
  }
  if (bytes) return bytes;
  throw new DuplexError(
    'file.invalid',
    l10n.t(
      'The file {0} is larger than {1}, or is a device or a pipe: name a smaller file.',
      shown(uri),
      byteCount(maxBytes),
    ),
  );
}

/** Checks that the file exists. @throws DuplexError `disk.denied` like `readPayloadFile` */
export async function checkPayloadFile(requestFile: Uri, path: string): Promise<void> {
  const uri = payloadUri(requestFile, path);
  try {
    await workspace.fs.stat(uri);
  } catch (cause) {
    throw unreadable(uri, cause);
  }
}

function shown(uri: Uri): string {
  return uri.scheme === 'file' ? uri.fsPath : uri.toString(true);
}

function unreadable(uri: Uri, cause: unknown): DuplexError {
  return new DuplexError(
    'disk.denied',
    l10n.t(
      'The file {0} cannot be read ({1}): check the path, which is relative to the folder of the request file.',
      shown(uri),
      cause instanceof Error ? cause.message : String(cause),
    ),
    { cause },
  );
}
