import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuplexError } from '../shared/errors.ts';
import type { SessionManifest } from '../shared/recordProtocol.ts';
import { FORMAT, MANIFEST_FILE, VERSION } from './layout.ts';

/** Replaces session.json as a whole: a reader finds the old one or the new one. */
export function writeManifest(folder: string, manifest: SessionManifest): void {
  const file = join(folder, MANIFEST_FILE);
  writeFileSync(`${file}.new`, `${JSON.stringify(manifest, undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** @throws DuplexError `file.invalid` where the folder is no recording, or one of a later version */
export function readManifest(folder: string): SessionManifest {
  const file = join(folder, MANIFEST_FILE);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
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
  if (manifest.version !== VERSION)
    throw new DuplexError(
      'file.invalid',
      `${file} has version ${String(manifest.version)}, and this program reads version ${VERSION}: update it.`,
    );
  if (!Number.isSafeInteger(manifest.segmentBytes) || (manifest.segmentBytes ?? 0) <= 0)
    throw new DuplexError('file.invalid', `${file} has no valid segmentBytes: restore it from a copy.`);
  return manifest as SessionManifest;
}
