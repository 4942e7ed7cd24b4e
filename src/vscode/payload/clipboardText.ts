import { DuplexError } from '../../shared/errors.ts';
import { MiB } from '../../shared/limits.ts';
import { FLAG } from '../../shared/timeline.ts';
import type { Row } from '../../shared/timeline.ts';

/** More than this makes the clipboard of a desktop stall. */
const MAX_COPY = 64 * MiB;

/** @throws DuplexError `call.invalid` for what is too large to copy */
export function checkCopySize(bytes: number): void {
  if (bytes <= MAX_COPY) return;
  throw new DuplexError(
    'call.invalid',
    `The message is larger than the ${MAX_COPY / MiB} MiB that the clipboard is given: save it to a file instead.`,
  );
}

/** A payload as it goes to the clipboard: text exactly as it travelled, all else as hexadecimal digits. */
export function clipboardText(
  row: Row,
  payload: Uint8Array,
): { readonly text: string; readonly asHex: boolean } {
  const binary = row.kind === 'binary' || row.kind === 'ping' || row.kind === 'pong';
  if (binary || row.flags & FLAG.invalidUtf8)
    return { text: Buffer.from(payload).toString('hex'), asHex: true };
  return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(payload), asHex: false };
}
