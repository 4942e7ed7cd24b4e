import { l10n, workspace } from 'vscode';
import { byteCount } from '../../shared/byteCount.ts';
import { payloadRow } from './copyPayload.ts';
import type { Recorded } from './copyPayload.ts';
import { proposedFileName, saveFile } from './saveFile.ts';
import type { SaveServices } from './saveFile.ts';

/**
 * Asks for the target and saves one message bit for bit. A worker writes local files; VS Code writes to other file
 * systems. Resolves when the message is saved, or when the user cancels.
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
            'Saved {0} of {1} to {2}: the rest was not recorded.',
            byteCount(written),
            byteCount(row.size),
            name,
          )
        : l10n.t('Saved {0} to {1}.', byteCount(written), name),
  });
}
