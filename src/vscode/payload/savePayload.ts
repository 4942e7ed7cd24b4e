import { homedir } from 'node:os';
import { commands, l10n, Uri, window, workspace } from 'vscode';
import type { LogOutputChannel } from 'vscode';
import type { Engine } from '../../engine/engine.ts';
import { toDuplexError } from '../../shared/errors.ts';
import { byteCount } from '../../shared/byteCount.ts';
import { withDelayedProgress } from '../delayedProgress.ts';
import { detach } from '../detach.ts';
import { notificationText } from '../notificationText.ts';
import { payloadRow } from './payloadRow.ts';
import type { Recorded } from './payloadRow.ts';
import { proposedFileName } from './proposedFileName.ts';

/** Milliseconds that saving may take before it shows progress. */
const PROGRESS_DELAY = 500;

let jobs = 0;

export interface SaveServices {
  readonly engine: Engine;
  readonly log: LogOutputChannel;
}

/**
 * Asks where to, and saves one message bit for bit. A worker writes local files; other file systems are
 * written through VS Code's.
 * @returns once it is saved; at once where the user chose no file or cancelled
 */
export async function savePayload(
  { engine, log }: SaveServices,
  session: Recorded & { readonly summary: { readonly name: string } },
  seq: number,
): Promise<void> {
  const { row, folder } = await payloadRow(session, seq);
  const base = workspace.workspaceFolders?.[0]?.uri ?? Uri.file(homedir());
  const target = await window.showSaveDialog({
    title: l10n.t('Save Message'),
    saveLabel: l10n.t('Save'),
    defaultUri: Uri.joinPath(base, proposedFileName(session.summary.name, row)),
  });
  if (target === undefined) return;

  const job = `save-${++jobs}`;
  const name = target.path.split('/').at(-1) ?? '';
  let written: number;
  try {
    written = await withDelayedProgress(
      {
        title: l10n.t('Saving {0}', name),
        delay: PROGRESS_DELAY,
        cancel: () => detach(engine.query.cancel(job), log),
      },
      async (report) => {
        const stop = engine.onQueryProgress((which, done, total) => {
          if (which === job && total > 0) report(done / total);
        });
        try {
          if (target.scheme === 'file')
            return await engine.query.savePayload(job, folder, seq, target.fsPath);
          const payload = await engine.query.readPayload(job, folder, seq);
          await workspace.fs.writeFile(target, payload);
          return payload.length;
        } finally {
          stop();
        }
      },
    );
  } catch (thrown) {
    const error = toDuplexError(thrown);
    if (error.code === 'call.cancelled') return;
    throw error;
  }
  const open = l10n.t('Open');
  const told =
    row.stored < row.size
      ? l10n.t(
          'Saved {0} of {1} to {2}: more was not recorded.',
          byteCount(written),
          byteCount(row.size),
          name,
        )
      : l10n.t('Saved {0} to {1}.', byteCount(written), name);
  detach(
    window
      .showInformationMessage(notificationText(told), open)
      .then((chosen) => (chosen === open ? commands.executeCommand('vscode.open', target) : undefined)),
    log,
  );
}
