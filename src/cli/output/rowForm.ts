import { Option } from 'commander';
import picocolors from 'picocolors';
import type { Colours, LineRow } from '../../engine/recordingFile.ts';
import { DuplexError } from '../../shared/errors.ts';

/** The output format: for people, one JSON object per line, or the raw bytes of messages. */
export type RowForm = 'text' | 'json' | 'raw';

/** The option `--raw` of `connect` and `log`. */
export function rawOption(): Option {
  return new Option('--raw', 'write only the raw bytes of the messages').conflicts([
    'json',
    'quiet',
    'frames',
  ]);
}

/** @throws DuplexError `call.invalid` for raw bytes on a terminal, which would interpret control characters */
export function rowFormOf({ json, raw }: { readonly json?: true; readonly raw?: true }): RowForm {
  if (raw && process.stdout.isTTY)
    throw new DuplexError(
      'call.invalid',
      'Raw bytes of a server are not written to a terminal, which may act upon them: redirect the output of --raw.',
    );
  return raw ? 'raw' : json ? 'json' : 'text';
}

/** Whether `--raw` writes a row: only complete text and binary messages. */
export function isMessage({ kind }: LineRow): boolean {
  return kind === 'text' || kind === 'binary';
}

export function coloursFor(stream: { readonly isTTY?: boolean }): Colours {
  return picocolors.createColors(stream.isTTY === true && picocolors.isColorSupported);
}
