import { join } from 'node:path';
import { DuplexError } from '../shared/errors.ts';
import { MiB } from '../shared/limits.ts';
import type { SessionManifest } from '../shared/recordProtocol.ts';
import { FORMAT, MANIFEST_FILE, OLDEST_VERSION, VERSION } from './layout.ts';
import { readText } from './regularFile.ts';
import { replaceText } from './wholeFile.ts';

/** Maximum bytes of session.json. Headers of a server have some hundred KiB at most. */
const MAX_MANIFEST = 16 * MiB;

/**
 * Replaces session.json atomically: a reader finds the old content or the new one.
 * @throws DuplexError `disk.full`, `disk.denied`
 */
export function writeManifest(folder: string, manifest: SessionManifest): void {
  replaceText(join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

/** @throws DuplexError `file.invalid` if the folder is not a recording, or a recording of a later version */
export function readManifest(folder: string): SessionManifest {
  const file = join(folder, MANIFEST_FILE);
  let text: string;
  try {
    text = readText(file, MAX_MANIFEST);
  } catch (error) {
    if (error instanceof DuplexError) throw error;
    const message = `${folder} is not a recording: it has no readable ${MANIFEST_FILE}. Name the folder that a session was recorded to.`;
    throw new DuplexError('file.invalid', message, { cause: error });
  }
  return parseManifest(text, file);
}

function parseManifest(text: string, file: string): SessionManifest {
  let manifest: Partial<SessionManifest> | null;
  try {
    manifest = JSON.parse(text) as Partial<SessionManifest> | null;
  } catch (error) {
    throw new DuplexError('file.invalid', `${file} is not valid JSON: restore it from a copy.`, {
      cause: error,
    });
  }
  if (typeof manifest !== 'object' || manifest?.format !== FORMAT)
    throw new DuplexError('file.invalid', `${file} does not describe a recording: name another folder.`);
  const { version } = manifest;
  if (!Number.isInteger(version) || version! < OLDEST_VERSION || version! > VERSION)
    throw new DuplexError(
      'file.invalid',
      `${file} has version ${String(version)}, and this program reads versions up to ${VERSION}: update it.`,
    );
  if (!Number.isSafeInteger(manifest.segmentBytes) || (manifest.segmentBytes ?? 0) <= 0)
    throw new DuplexError('file.invalid', `${file} has no valid segmentBytes: restore it from a copy.`);
  const wrong = wrongField(manifest);
  if (wrong !== undefined)
    throw new DuplexError('file.invalid', `${file} has no valid ${wrong}: restore it from a copy.`);
  return manifest as SessionManifest;
}

/** Validates every field, because the format is public and other programs write it. */
function wrongField({
  name,
  url,
  startedAt,
  requestHeaders,
  responseHeaders,
  role = 'client',
  firstRow = 0,
}: Partial<SessionManifest>): string | undefined {
  if (typeof name !== 'string') return 'name';
  if (typeof url !== 'string') return 'url';
  if (typeof startedAt !== 'string' || Number.isNaN(Date.parse(startedAt))) return 'startedAt';
  if (!isHeaderList(requestHeaders)) return 'requestHeaders';
  if (!isHeaderList(responseHeaders)) return 'responseHeaders';
  if (role !== 'client' && role !== 'server') return 'role';
  return Number.isSafeInteger(firstRow) && firstRow >= 0 ? undefined : 'firstRow';
}

function isHeaderList(value: unknown): boolean {
  const isHeader = (header: unknown): boolean =>
    Array.isArray(header) && header.length === 2 && header.every((part) => typeof part === 'string');
  return Array.isArray(value) && value.every(isHeader);
}
