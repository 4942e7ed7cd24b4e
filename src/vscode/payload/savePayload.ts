import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { l10n, Uri, workspace } from 'vscode';
import { byteCount } from '../../shared/byteCount.ts';
import { transfer } from '../../shared/rpc.ts';
import type { RowSet } from '../../shared/timelineProtocol.ts';
import { payloadRow } from './copyPayload.ts';
import type { Recorded } from './copyPayload.ts';
import { plainName, proposedFileName, saveFile } from './saveFile.ts';
import type { SaveServices } from './saveFile.ts';

/**
 * Asks where to, and saves one message bit for bit. A worker writes local files; other file systems are
 * written through VS Code's.
 * @returns once it is saved; at once where the user chose no file or cancelled
 */
export async function savePayload(
  services: SaveServices,
  session: Recorded & { readonly summary: { readonly name: string } },
  seq: number,
): Promise<void> {
  const { engine } = services;
  const { row, folder } = await payloadRow(session, seq);
  await saveFile(services, {
    title: l10n.t('Save Message'),
    fileName: proposedFileName(session.summary.name, row),
    toPath: (job, path) => engine.query.savePayload(job, folder, seq, path),
    async toUri(job, target) {
      const payload = await engine.query.readPayload(job, folder, seq);
      await workspace.fs.writeFile(target, payload);
      return payload.length;
    },
    told: (written, name) =>
      row.stored < row.size
        ? l10n.t(
            'Saved {0} of {1} to {2}: more was not recorded.',
            byteCount(written),
            byteCount(row.size),
            name,
          )
        : l10n.t('Saved {0} to {1}.', byteCount(written), name),
  });
}

/** Asks where to, and saves rows as lines of JSON. @returns as savePayload does */
export async function saveRows(
  services: SaveServices,
  sessionName: string,
  folder: string,
  rows: RowSet,
): Promise<void> {
  const { engine } = services;
  const toPath = (job: string, path: string): Promise<number> =>
    engine.query.saveRows(
      job,
      folder,
      'numbers' in rows ? transfer(rows, [rows.numbers.buffer]) : rows,
      path,
    );
  await saveFile(services, {
    title: l10n.t('Save Messages'),
    fileName: `${plainName(sessionName)}.jsonl`,
    toPath,
    async toUri(job, target) {
      // A file of any size, so by way of the disk and not of the memory.
      const between = await mkdtemp(join(tmpdir(), 'duplex-save-'));
      try {
        const path = join(between, 'rows.jsonl');
        const written = await toPath(job, path);
        await workspace.fs.copy(Uri.file(path), target, { overwrite: true });
        return written;
      } finally {
        await rm(between, { recursive: true, force: true });
      }
    },
    told: (written, name) =>
      written === 1 ? l10n.t('Saved 1 row to {0}.', name) : l10n.t('Saved {0} rows to {1}.', written, name),
  });
}
