import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { l10n, Uri, window, workspace } from 'vscode';
import { draftRecording } from '../../engine/draftRecording.ts';
import { requireOutside } from '../../engine/recordingFile.ts';
import { transfer } from '../../shared/rpc.ts';
import type { RowExportKind } from '../../shared/queryProtocol.ts';
import type { RowSet } from '../../shared/timelineProtocol.ts';
import { inertText } from '../inertText.ts';
import { plainName, saveFile, type SaveServices } from '../payload/saveFile.ts';
import { REQUEST_LANGUAGE } from '../requestFiles/requestDocuments.ts';
import { detach } from '../report.ts';
import { exportKinds, pickExportKind } from './exportKinds.ts';

/** The choices of the caller; the user is asked for the rest. */
export interface ExportChoice {
  readonly kind?: unknown;
  readonly target?: Uri;
}

/**
 * Exports rows of a recording: asks for the kind and the target. A drafted test opens unsaved unless it has a target.
 * @param chooseRows called once the kind is known; resolves to undefined if the user cancels
 * @returns the URI of the written or opened file; undefined if the user cancelled
 * @throws DuplexError `call.invalid` for an unknown kind, and errors of reading and writing
 */
export async function exportRecording(
  services: SaveServices,
  { name, folder }: { readonly name: string; readonly folder: string },
  chooseRows: () => Promise<RowSet | undefined>,
  { kind: named, target }: ExportChoice = {},
): Promise<string | undefined> {
  const kind = await pickExportKind(named);
  if (kind === undefined) return undefined;
  const rows = await chooseRows();
  if (rows === undefined) return undefined;
  if (kind === 'ws') return openDraft(services, folder, rows, target);
  return writeRows(services, { name, folder, rows, kind, target });
}

async function openDraft(
  { log }: SaveServices,
  folder: string,
  rows: RowSet,
  target: Uri | undefined,
): Promise<string> {
  if (target?.scheme === 'file') await requireOutside(folder, target.fsPath);
  const { text, left } = await draftRecording(folder, rows);
  reportLeft(left, log);
  if (target) {
    await workspace.fs.writeFile(target, new TextEncoder().encode(text));
    return target.toString();
  }
  const document = await workspace.openTextDocument({ language: REQUEST_LANGUAGE, content: text });
  await window.showTextDocument(document);
  return document.uri.toString();
}

interface Written {
  readonly name: string;
  readonly folder: string;
  readonly rows: RowSet;
  readonly kind: RowExportKind;
  readonly target: Uri | undefined;
}

async function writeRows(
  services: SaveServices,
  { name, folder, rows, kind, target }: Written,
): Promise<string | undefined> {
  const { engine, log } = services;
  let left: readonly string[] = [];
  const toPath = async (job: string, path: string): Promise<number> => {
    const moved = 'numbers' in rows ? transfer(rows, [rows.numbers.buffer]) : rows;
    const written = await engine.query.saveRows(job, folder, moved, kind, path);
    ({ left } = written);
    return written.rows;
  };
  const saved = await saveFile(services, {
    title: l10n.t('Export'),
    fileName: `${plainName(name)}${exportKinds()[kind].extension}`,
    ...(target && { target }),
    toPath,
    async toUri(job, uri) {
      // The file may have any size, so it is written to the disk first and not held in memory.
      const between = await mkdtemp(join(tmpdir(), 'duplex-export-'));
      try {
        const path = join(between, 'rows');
        const written = await toPath(job, path);
        await workspace.fs.copy(Uri.file(path), uri, { overwrite: kind !== 'payloads' });
        return written;
      } finally {
        await rm(between, { recursive: true, force: true });
      }
    },
    told: (written, file) =>
      written === 1
        ? l10n.t('Exported 1 row to {0}.', file)
        : l10n.t('Exported {0} rows to {1}.', written, file),
  });
  if (saved) reportLeft(left, log);
  return saved?.toString();
}

/** Logs the data that the format cannot carry, and shows a notification if there is any. */
export function reportLeft(left: readonly string[], log: SaveServices['log']): void {
  if (left.length === 0) return;
  for (const sentence of left) log.info(sentence);
  const show = l10n.t('Show');
  detach(
    window
      .showInformationMessage(
        inertText(
          left.length === 1 ? left[0]! : l10n.t('{0} things are left out of the export.', left.length),
        ),
        show,
      )
      .then((chosen) => (chosen === show ? log.show() : undefined)),
    log,
  );
}
