import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { attachedNames } from '../core/convert/har/importHar.ts';
import {
  ImportParser,
  ImportProblem,
  isZip,
  MAX_IMPORT_BYTES,
  MAX_IMPORT_FILES,
  unzipImport,
  type ImportFile,
  type ImportSource,
} from '../core/convert/importSource.ts';
import { byteCount } from '../shared/byteCount.ts';
import { DuplexError } from '../shared/errors.ts';
import { MiB } from '../shared/limits.ts';
import { readLimited } from './limitedFile.ts';

/** The kinds of file that clients write into their folders. */
const IMPORTED = /\.(?:ya?ml|json|jsonl|har|bru|env|code-workspace)$|^\.env\.[\w-]+$/i;
/** Folders that never belong to a collection. */
const LEFT_OUT = new Set(['node_modules', '.git', '.svn', '.hg']);

const MAX_DEPTH = 32;

/**
 * Reads a file, or the files in a folder that have the names of clients' files. Links in a folder are ignored, because
 * they may lead out of it.
 * @param onFile receives the number of files read so far, and the total
 * @throws DuplexError `disk.denied` for an unreadable file, `file.invalid` for a file that is too large
 */
export async function readImportSource(
  path: string,
  { onFile }: { readonly onFile?: (done: number, total: number) => void } = {},
): Promise<ImportSource> {
  const stats = await attempt(path, () => stat(path));
  if (!stats.isDirectory()) return readSingle(path);
  const paths = await filesBelow(path);
  const parser = new ImportParser();
  const files: ImportFile[] = [];
  for (const each of paths) {
    const bytes = await readBytes(join(path, each));
    files.push(await admitted(path, parser, each, bytes));
    onFile?.(files.length, paths.length);
  }
  return { isFolder: true, files };
}

/** @returns paths relative to the folder, with slashes, sorted */
async function filesBelow(root: string): Promise<string[]> {
  const found: string[] = [];
  const pending = [{ folder: '', depth: 0 }];
  for (let at = pending.pop(); at; at = pending.pop()) {
    const { folder, depth } = at;
    for (const entry of await attempt(root, () => readdir(join(root, folder), { withFileTypes: true }))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && depth < MAX_DEPTH && !LEFT_OUT.has(entry.name))
        pending.push({ folder: path, depth: depth + 1 });
      if (entry.isFile() && IMPORTED.test(entry.name)) found.push(path);
      if (found.length > MAX_IMPORT_FILES)
        throw new DuplexError(
          'file.invalid',
          `${root} has more than ${MAX_IMPORT_FILES} files: import the folder of one collection.`,
        );
    }
  }
  return found.sort();
}

/** A file with the neighbours that it names; an archive counts as a folder. */
async function readSingle(path: string): Promise<ImportSource> {
  const bytes = await readBytes(path);
  if (isZip(bytes)) {
    try {
      return await unzipImport(bytes);
    } catch (cause) {
      const why =
        cause instanceof ImportProblem ? cause.message : 'It is a broken ZIP archive: export it again.';
      throw new DuplexError('file.invalid', `${path}: ${why}`, { cause });
    }
  }
  const parser = new ImportParser();
  const text = /\.zhar$/i.test(path) ? await inflated(path, bytes) : bytes;
  const file = await admitted(path, parser, basename(path), text);
  const files = [file];
  for (const name of attachedNames(file.data)) {
    const beside = await neighbourOf(path, name);
    if (beside !== undefined) files.push(await admitted(path, parser, name, await readBytes(beside)));
  }
  return { isFolder: false, files };
}

/**
 * The path of a file that another file names and that lies beside it. Links are followed only within the folder: a file
 * from elsewhere must not choose which files of this machine become parts of an import.
 * @returns undefined if the file does not exist
 * @throws DuplexError `file.invalid` if it is a link out of the folder
 */
async function neighbourOf(path: string, name: string): Promise<string | undefined> {
  const folder = await attempt(path, () => realpath(dirname(path)));
  const beside = await realpath(join(folder, name)).catch(() => undefined);
  if (beside === undefined || beside.startsWith(join(folder, '/'))) return beside;
  throw new DuplexError(
    'file.invalid',
    `${path} names ${name}, which is a link out of its folder: copy the file there instead.`,
  );
}

/** @throws DuplexError `file.invalid` if the files of the import are too many or too large together */
function admitted(path: string, parser: ImportParser, name: string, bytes: Uint8Array): Promise<ImportFile> {
  try {
    parser.admit(bytes.length);
  } catch (cause) {
    throw new DuplexError('file.invalid', `${path}: ${(cause as Error).message}`, { cause });
  }
  return parser.parse(name, new TextDecoder().decode(bytes));
}

/** Inflates a HAR that mitmproxy compressed with zlib. */
async function inflated(path: string, bytes: Uint8Array): Promise<Uint8Array> {
  const { inflate } = await import('node:zlib');
  return new Promise((resolve, reject) =>
    inflate(bytes, { maxOutputLength: MAX_IMPORT_BYTES, chunkSize: MiB }, (cause, text) => {
      if (!cause) resolve(text);
      else if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') reject(tooLarge(path));
      else
        reject(
          new DuplexError('file.invalid', `${path} is cut off, or not compressed by zlib: export it again.`, {
            cause,
          }),
        );
    }),
  );
}

async function readBytes(path: string): Promise<Uint8Array> {
  const bytes = await attempt(path, () => readLimited(path, MAX_IMPORT_BYTES));
  if (bytes === undefined) throw tooLarge(path);
  return bytes;
}

function tooLarge(path: string): DuplexError {
  return new DuplexError(
    'file.invalid',
    `${path} is larger than ${byteCount(MAX_IMPORT_BYTES)}, more than is imported: export a part of it.`,
  );
}

async function attempt<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw new DuplexError('disk.denied', `${path} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}
