import { l10n, window } from 'vscode';
import { DuplexError } from '../../shared/errors.ts';
import { inertText } from '../inertText.ts';
import type { RowExportKind } from '../../shared/queryProtocol.ts';

/** A kind of file that a recording is exported as; `ws` is a drafted test. */
export type ExportKind = RowExportKind | 'ws';

export interface ExportKindTexts {
  readonly label: string;
  /** The contents of the file, and the data that it leaves out. */
  readonly detail: string;
  /** The extension of the file; '' for a folder. */
  readonly extension: string;
}

export function exportKinds(): Readonly<Record<ExportKind, ExportKindTexts>> {
  return {
    har: {
      label: 'HAR',
      detail: l10n.t(
        'For browsers, Playwright, HTTP Toolkit: messages, pings, closes, times, headers. Without notes, frames and certificates.',
      ),
      extension: '.har',
    },
    jsonl: {
      label: l10n.t('JSON Lines'),
      detail: l10n.t('One line of JSON per row. Without the bytes and certificates of handshakes.'),
      extension: '.jsonl',
    },
    csv: {
      label: 'CSV',
      detail: l10n.t('One line per row for a spreadsheet: number, time, direction, kind, size, payload.'),
      extension: '.csv',
    },
    text: {
      label: l10n.t('Text'),
      detail: l10n.t(
        'One readable line per row: control characters as symbols, binary messages in hexadecimal.',
      ),
      extension: '.txt',
    },
    payloads: {
      label: l10n.t('Payload Files'),
      detail: l10n.t('A new folder with one file per row, byte for byte, and a list of the files.'),
      extension: '',
    },
    ws: {
      label: l10n.t('Request File'),
      detail: l10n.t(
        'A draft test: sends the messages that were sent, waits for those that were received, captures values that change. Without secrets; at most 200 steps.',
      ),
      extension: '.ws',
    },
  };
}

/** @param named the argument of a command @throws DuplexError `call.invalid` for an unknown kind */
export async function pickExportKind(named: unknown): Promise<ExportKind | undefined> {
  const kinds = exportKinds();
  const ids = Object.keys(kinds) as ExportKind[];
  if (named !== undefined) {
    const kind = ids.find((id) => id === named);
    if (kind) return kind;
    throw new DuplexError(
      'call.invalid',
      l10n.t('There is no such kind of export: use one of {0}.', ids.join(', ')),
    );
  }
  const picked = await window.showQuickPick(
    ids.map((kind) => ({
      label: inertText(kinds[kind].label),
      detail: inertText(kinds[kind].detail),
      id: kind,
    })),
    {
      title: l10n.t('Export'),
      placeHolder: l10n.t('Which format? Secrets in handshakes stay masked.'),
      matchOnDetail: true,
    },
  );
  return picked?.id;
}
