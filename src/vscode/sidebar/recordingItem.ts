import { env, l10n, MarkdownString, ThemeIcon, TreeItem } from 'vscode';
import type { RecordingDescription } from '../../engine/recordings.ts';
import { byteCount } from '../../shared/byteCount.ts';
import { inertText, inertMarkdown } from '../inertText.ts';

/** A recording's row in the tree. */
export function recordingItem(recording: RecordingDescription): TreeItem {
  const { folder, manifest, writer } = recording;
  const item = new TreeItem(inertText(manifest.name));
  item.id = folder;
  item.description = inertText(recordingDescription(recording));
  item.iconPath = new ThemeIcon(writer === undefined ? 'archive' : 'lock');
  item.contextValue = writer === undefined ? 'recording' : 'recording.locked';
  item.tooltip = recordingTooltip(recording);
  item.command = { command: 'duplex.openRecording', title: l10n.t('Open Recording'), arguments: [recording] };
  return item;
}

function recordingDescription({ manifest, rows, bytes }: RecordingDescription): string {
  return [shortDate(manifest.startedAt), rowCount(rows), byteCount(bytes)].join(' · ');
}

function recordingTooltip(recording: RecordingDescription): MarkdownString {
  const { manifest, folder, writer, rows, bytes } = recording;
  const tooltip = new MarkdownString();
  const line = (text: string): void => {
    inertMarkdown(text, tooltip).appendMarkdown('  \n');
  };
  line(manifest.url);
  line(dateText(manifest.startedAt));
  line(l10n.t('{0}, {1} on disk', rowCount(rows), byteCount(bytes)));
  line(folder);
  if (writer !== undefined)
    line(
      writer === 0
        ? l10n.t('It counts as being recorded: its lock cannot be read.')
        : l10n.t('A window or program is recording to it (process {0}).', writer),
    );
  return tooltip;
}

function rowCount(rows: number): string {
  return rows === 1 ? l10n.t('1 row') : l10n.t('{0} rows', rows.toLocaleString());
}

/** A short date for the narrow sidebar, with the year only if it is not the current one. */
function shortDate(iso: string): string {
  const isOther = new Date(iso).getFullYear() !== new Date().getFullYear();
  return dateText(iso, {
    ...(isOther && { year: 'numeric' }),
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
}

/** The heading of a recording: the day on which it began. */
export function dayText(iso: string): string {
  const day = new Date(iso).toDateString();
  if (day === new Date().toDateString()) return l10n.t('Today');
  if (day === new Date(Date.now() - 86_400_000).toDateString()) return l10n.t('Yesterday');
  return dateText(iso, { dateStyle: 'full' });
}

function dateText(
  iso: string,
  format: Intl.DateTimeFormatOptions = { dateStyle: 'full', timeStyle: 'medium' },
): string {
  const date = new Date(iso);
  // session.json may have been edited.
  if (Number.isNaN(date.getTime())) return l10n.t('unknown date');
  return new Intl.DateTimeFormat(env.language, format).format(date);
}
