import type { Engine } from '../../engine/engine.ts';
import type { ExitStatus } from '../exitStatus.ts';
import { type LogForm, printRecording } from './printRecording.ts';
import { createUnitRows, type UnitRowsOptions } from './unitRows.ts';

/** Prints rows with their units. */
export function printUnits(
  engine: Engine,
  folder: string,
  form: LogForm,
  options: UnitRowsOptions,
): Promise<ExitStatus> {
  let rows: ReturnType<typeof createUnitRows> | undefined;
  return printRecording(folder, { ...form, units: (seq) => rows?.units(seq) }, (recording) => {
    rows = createUnitRows(engine, folder, recording, options);
    return rows.pages();
  });
}
