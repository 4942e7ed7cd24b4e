import picocolors from 'picocolors';
import { jsonLine, type LineOf, type LineRow } from '../../engine/recordingFile.ts';
import type { Outcome } from './outcome.ts';
import type { Output } from './output.ts';
import { refusedText } from './refusedText.ts';
import { textLines, type Colours } from './textLine.ts';

export interface PrinterOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Wall-clock start of the session in milliseconds since the epoch. */
  readonly startedAt: number;
  readonly output: Output;
  /** Writes to standard error. */
  readonly complain: (text: string) => void;
  readonly outcome: Outcome;
}

/** Kinds that `--quiet --json` prints. */
const QUIET_KINDS = ['open', 'close', 'error'];

/** Prints the rows of a session as they happen. Errors go to standard error, unless the lines are for programs. */
export function connectPrinter(options: PrinterOptions): (row: LineRow, payload: Uint8Array) => void {
  const { json, quiet, output, complain, outcome, startedAt } = options;
  const line: LineOf = json ? jsonLine : textLines(startedAt, coloursFor(process.stdout));
  const errorLine = textLines(startedAt, coloursFor(process.stderr));
  return (row, payload) => {
    const badEnd = row.kind === 'error' || (quiet && row.kind === 'close' && outcome.status !== 0);
    if (!json && badEnd) {
      complain([...errorLine(row, payload)].join('') + (row.kind === 'error' ? refusedText(payload) : ''));
    } else if (!quiet || (json && QUIET_KINDS.includes(row.kind))) {
      for (const piece of line(row, payload)) output.write(piece);
    }
  };
}

export function coloursFor(stream: { readonly isTTY?: boolean }): Colours {
  return picocolors.createColors(stream.isTTY === true && picocolors.isColorSupported);
}
