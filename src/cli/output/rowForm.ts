import { Option } from 'commander';
import picocolors from 'picocolors';
import type { LineRow } from '../../engine/recordingFile.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { Colours } from './textLine.ts';

/** How rows are printed: for people, one JSON object a line, or as the bytes of their messages. */
export type RowForm = 'text' | 'json' | 'raw';

/** `--raw` of `connect` and `log`. */
export function rawOption(): Option {
  return new Option('--raw', 'write the bytes of the messages as they travelled, and nothing else').conflicts(
    ['json', 'quiet', 'frames'],
  );
}

/** @throws DuplexError `call.invalid` for raw bytes on a terminal, which would act upon its control characters */
export function rowFormOf({ json, raw }: { readonly json?: true; readonly raw?: true }): RowForm {
  if (raw && process.stdout.isTTY)
    throw new DuplexError(
      'call.invalid',
      'Raw bytes of a server are not written to a terminal, which may act upon them: redirect the output of --raw.',
    );
  return raw ? 'raw' : json ? 'json' : 'text';
}

/** Whether `--raw` writes a row: a whole text or binary message. */
export function isMessage({ kind }: LineRow): boolean {
  return kind === 'text' || kind === 'binary';
}

export function coloursFor(stream: { readonly isTTY?: boolean }): Colours {
  return picocolors.createColors(stream.isTTY === true && picocolors.isColorSupported);
}
