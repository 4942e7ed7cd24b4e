import { env, l10n, window } from 'vscode';
import type { Engine } from '../../engine/engine.ts';
import { byteCount } from '../../shared/byteCount.ts';
import { DuplexError } from '../../shared/errors.ts';
import { MiB } from '../../shared/limits.ts';
import { FLAG } from '../../shared/timeline.ts';
import type { Row } from '../../shared/timeline.ts';
import { inertText } from '../inertText.ts';

/** Milliseconds for which the status bar reports a copy. */
const TOLD = 4_000;

let jobs = 0;

/** Copies one whole message. The status bar reports whether it was copied as text or as hexadecimal digits. */
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

/** Maximum bytes to copy: a larger text makes the clipboard of a desktop stall. */
const MAX_COPY = 64 * MiB;

/** @throws DuplexError `call.invalid` for a message that is too large to copy */
export function checkCopySize(bytes: number): void {
  if (bytes <= MAX_COPY) return;
  throw new DuplexError(
    'call.invalid',
    `The message is larger than the ${MAX_COPY / MiB} MiB that are copied at most: save it to a file instead.`,
  );
}

/** The text of a payload for the clipboard: text unchanged, everything else as hexadecimal digits. */
export function clipboardText(
  row: Row,
  payload: Uint8Array,
): { readonly text: string; readonly asHex: boolean } {
  const binary = row.kind === 'binary' || row.kind === 'ping' || row.kind === 'pong';
  if (binary || row.flags & FLAG.invalidUtf8)
    return { text: Buffer.from(payload).toString('hex'), asHex: true };
  return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(payload), asHex: false };
}

/** The part of a session that reading a payload needs. */
export interface Recorded {
  readonly folder: string | undefined;
  readRows(from: number, count: number): Promise<Row[]>;
}

/**
 * One row, and the folder of its payload.
 * @throws DuplexError `call.invalid` if there is no such row or nothing is recorded
 */
export async function payloadRow(session: Recorded, seq: number): Promise<{ row: Row; folder: string }> {
  if (session.folder === undefined)
    throw new DuplexError('call.invalid', 'This session is not recorded: its messages cannot be read back.');
  const [row] = await session.readRows(seq, 1);
  if (row === undefined)
    throw new DuplexError(
      'call.invalid',
      `There is no message ${seq} in the recording: choose one from the timeline.`,
    );
  return { row, folder: session.folder };
}
