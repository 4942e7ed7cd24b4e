import type { UnitReader } from '../../core/protocol/unitReader.ts';
import {
  jsonLine,
  printedPayload,
  type LineOf,
  type LineRow,
  createTextLines,
} from '../../engine/recordingFile.ts';
import type { Outcome } from './outcome.ts';
import type { Output } from './output.ts';
import { refusedText } from './refusedText.ts';
import { coloursFor, isMessage, type RowForm } from './rowForm.ts';
import { unitsOf, withUnits } from './unitLines.ts';

export interface PrinterOptions {
  readonly form: RowForm;
  readonly quiet: boolean;
  /** Wall-clock start of the session in milliseconds since the epoch. */
  readonly startedAt: number;
  readonly output: Output;
  /** Writes to standard error. */
  readonly complain: (text: string) => void;
  readonly outcome: Outcome;
  /** Decodes messages; undefined: rows are printed without units. */
  readonly units: UnitReader | undefined;
}

/** The kinds that `--quiet --json` prints. */
const QUIET_KINDS = ['open', 'close', 'error'];

/** Prints the rows of a session as they arrive. Errors go to standard error, unless programs read the output. */
export function createConnectPrinter(options: PrinterOptions): (row: LineRow, payload: Uint8Array) => void {
  const { form, quiet, output, complain, outcome, startedAt, units } = options;
  const json = form === 'json';
  const plain: LineOf = json ? jsonLine : createTextLines(startedAt, coloursFor(process.stdout));
  const line = units ? withUnits(plain, (row, payload) => unitsOf(units, row, payload), json) : plain;
  const errorLine = createTextLines(startedAt, coloursFor(process.stderr));
  return (row, written) => {
    const payload = printedPayload(row.kind, written);
    const badEnd =
      row.kind === 'error' || ((quiet || form === 'raw') && row.kind === 'close' && outcome.status !== 0);
    if (!json && badEnd) {
      complain([...errorLine(row, payload)].join('') + (row.kind === 'error' ? refusedText(payload) : ''));
    } else if (form === 'raw') {
      // Writes a copy, because the payload is a view that is valid only during the call.
      if (row.direction === 'in' && isMessage(row)) output.write(payload.slice());
    } else if (!quiet || (json && QUIET_KINDS.includes(row.kind))) {
      for (const piece of line(row, payload)) output.write(piece);
    }
  };
}
