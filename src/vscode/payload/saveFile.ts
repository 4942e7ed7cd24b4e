import { homedir } from 'node:os';
import { commands, l10n, Uri, window, workspace } from 'vscode';
import type { LogOutputChannel } from 'vscode';
import type { Engine } from '../../engine/engine.ts';
import { toDuplexError } from '../../shared/errors.ts';
import { FLAG } from '../../shared/timeline.ts';
import type { Row } from '../../shared/timeline.ts';
import { withDelayedProgress } from '../delayedProgress.ts';
import { inertText } from '../inertText.ts';
import { detach } from '../report.ts';

/** Milliseconds that saving may take before it shows progress. */
const PROGRESS_DELAY = 500;

let jobs = 0;

export interface SaveServices {
  readonly engine: Engine;
  readonly log: LogOutputChannel;
}

export interface SaveWork {
  /** The title of the dialog. */
  readonly title: string;
  readonly fileName: string;
  /** The target; if undefined, the user is asked. */
  readonly target?: Uri;
  /**
   * Writes a local file in a worker. `job` names the work, so that it can be cancelled.
   * @returns the amount written
   */
  toPath(job: string, path: string): Promise<number>;
  /** Writes to a file system that only VS Code can reach. Otherwise like `toPath`. */
  toUri(job: string, target: Uri): Promise<number>;
  /** The notification for the user. */
  told(written: number, fileName: string): string;
}

/**
 * Asks for the target and saves, with progress and Cancel if that takes a moment.
 * @returns the saved file; undefined if the user chose no file or cancelled
 */
export async function saveFile({ engine, log }: SaveServices, work: SaveWork): Promise<Uri | undefined> {
  const base = workspace.workspaceFolders?.[0]?.uri ?? Uri.file(homedir());
  const target =
    work.target ??
    (await window.showSaveDialog({
      title: work.title,
      saveLabel: l10n.t('Save'),
      defaultUri: Uri.joinPath(base, work.fileName),
    }));
  if (target === undefined) return undefined;

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
          return await (target.scheme === 'file' ? work.toPath(job, target.fsPath) : work.toUri(job, target));
        } finally {
          stop();
        }
      },
    );
  } catch (thrown) {
    const error = toDuplexError(thrown);
    if (error.code === 'call.cancelled') return undefined;
    throw error;
  }
  const open = l10n.t('Open');
  detach(
    window
      .showInformationMessage(inertText(work.told(written, name)), open)
      .then((chosen) => (chosen === open ? commands.executeCommand('vscode.open', target) : undefined)),
    log,
  );
  return target;
}

/** Names that Windows reserves for devices, with any extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A file name for one message. It contains only those characters of the session's name that are valid on every
 * system, so that it cannot lead out of the chosen folder.
 */
export function proposedFileName(sessionName: string, row: Row): string {
  return `${plainName(sessionName)}-${row.seq}.${extension(row)}`;
}

/** The part of a session's name that is a valid file name on every system, without an extension. */
export function plainName(sessionName: string): string {
  const plain = sessionName
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[.-]+|[.-]+$/g, '')
    .slice(0, 60);
  return plain === '' || DEVICE.test(plain) ? 'session' : plain;
}

function extension(row: Row): 'json' | 'txt' | 'bin' {
  switch (row.kind) {
    case 'open':
    case 'close':
    case 'error':
    case 'note':
      return 'json';
    case 'text':
      if (row.flags & FLAG.invalidUtf8) return 'bin';
      return /^\s*[[{]/.test(row.preview) ? 'json' : 'txt';
    case 'binary':
    case 'ping':
    case 'pong':
      return 'bin';
  }
}
