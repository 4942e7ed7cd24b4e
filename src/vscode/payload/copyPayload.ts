import { env, l10n, window } from 'vscode';
import type { Engine } from '../../engine/engine.ts';
import { byteCount } from '../../shared/byteCount.ts';
import { inertText } from '../inertText.ts';
import { checkCopySize, clipboardText } from './clipboardText.ts';
import { payloadRow } from './payloadRow.ts';
import type { Recorded } from './payloadRow.ts';

/** Milliseconds that the status bar tells what was copied. */
const TOLD = 4_000;

let jobs = 0;

/** Copies one message whole; the status bar says whether as text or as hexadecimal digits. */
export async function copyPayload(engine: Engine, session: Recorded, seq: number): Promise<void> {
  const { row, folder } = await payloadRow(session, seq);
  checkCopySize(row.stored);
  const payload = await engine.query.readPayload(`copy-${++jobs}`, folder, seq);
  const { text, asHex } = clipboardText(row, payload);
  await env.clipboard.writeText(text);
  const size = byteCount(payload.length);
  window.setStatusBarMessage(
    `$(check) ${inertText(asHex ? l10n.t('Copied {0} as hexadecimal', size) : l10n.t('Copied {0}', size))}`,
    TOLD,
  );
}

/** Copies a formatted view as it is shown. */
export async function copyView(text: Uint8Array): Promise<void> {
  checkCopySize(text.length);
  await env.clipboard.writeText(new TextDecoder('utf-8', { ignoreBOM: true }).decode(text));
  window.setStatusBarMessage(`$(check) ${inertText(l10n.t('Copied {0}', byteCount(text.length)))}`, TOLD);
}
