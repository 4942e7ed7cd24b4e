import {
  jsonLine,
  openRecording,
  printedPayload,
  createTextLines,
  tornSentence,
  type LineOf,
  type Recording,
} from '../../engine/recordingFile.ts';
import { coloursFor, isMessage, type RowForm } from '../output/rowForm.ts';
import { EXIT, type ExitStatus } from '../exitStatus.ts';
import { withFrames } from './frameLines.ts';
import type { LogRow } from '../recordings/logRows.ts';
import { createOutput, type Output } from '../output/output.ts';
import { printSentence } from '../output/printSentence.ts';

import { withUnits } from '../output/unitLines.ts';
import type { UnitList } from '../../shared/units.ts';

/** The output format of rows. */
export interface LogForm {
  readonly form: RowForm;
  /** Whether to print the frames of each row after it. */
  readonly frames: boolean;
  /** Decodes rows; absent: rows are printed without units. */
  readonly units?: (seq: number) => UnitList | undefined;
}

/**
 * Prints rows of a recording at the speed at which the output accepts them.
 * @param pages the rows to print
 * @throws DuplexError `file.invalid` if the folder is not a recording, `disk.denied` if it cannot be read
 */
export async function printRecording(
  folder: string,
  { form, frames, units }: LogForm,
  pages: (recording: Recording) => Iterable<LogRow[]> | AsyncIterable<LogRow[]>,
): Promise<ExitStatus> {
  let status: ExitStatus = EXIT.ok;
  let isRead = true;
  const output = createOutput(process.stdout, {
    onGone(error) {
      isRead = false;
      if (!error) return;
      status = EXIT.usage;
      printSentence(`Standard output cannot be written: ${error.message}.`);
    },
  });
  const recording = openRecording(folder);
  try {
    const torn = tornSentence(recording);
    if (torn !== undefined) printSentence(torn);
    const startedAt = Date.parse(recording.manifest.startedAt);
    const json = form === 'json';
    const rows = json ? jsonLine : createTextLines(startedAt, coloursFor(process.stdout));
    const decoded = units ? withUnits(rows, ({ seq }) => units(seq), json) : rows;
    const line = frames ? withFrames(decoded, recording, json) : decoded;
    const raw: LineOf<Uint8Array> = (row, payload) => (isMessage(row) ? [payload] : []);
    await printRows(pages(recording), form === 'raw' ? raw : line, output, () => isRead);
  } finally {
    recording.close();
    await output.flush();
  }
  return status;
}

async function printRows(
  pages: Iterable<LogRow[]> | AsyncIterable<LogRow[]>,
  line: LineOf<string | Uint8Array>,
  output: Output,
  isRead: () => boolean,
): Promise<void> {
  for await (const page of pages) {
    for (const { row, payload } of page) {
      for (const piece of line(row, printedPayload(row.kind, payload))) output.write(piece);
      if (output.full) await output.drained();
      if (!isRead()) return;
    }
    // A file accepts everything at once, so this lets signals and errors be handled.
    await new Promise(setImmediate);
  }
}
