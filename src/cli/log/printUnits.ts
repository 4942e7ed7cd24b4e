import type { Engine } from '../../engine/engine.ts';
import type { Query } from '../../shared/queryProtocol.ts';
import type { ExitStatus } from '../exitStatus.ts';
import type { RowRange } from '../optionValues.ts';
import type { UnitFilter } from '../output/unitLines.ts';
import { numbersFound } from '../recordings/logRows.ts';
import { type LogForm, printRecording } from './printRecording.ts';
import { asksForRows, unitRows } from './unitRows.ts';

export interface UnitsAsked {
  readonly form: LogForm;
  readonly range: RowRange;
  readonly query: Query | undefined;
  /** Whether units are printed; otherwise they only select rows. */
  readonly shown: boolean;
  readonly filter: UnitFilter;
  readonly protocol: string | undefined;
}

/** Prints rows with their units, or rows selected by their units. */
export function printUnits(
  engine: Engine,
  folder: string,
  { form, range, query, shown, filter, protocol }: UnitsAsked,
): Promise<ExitStatus> {
  let rows: ReturnType<typeof unitRows> | undefined;
  const units = shown && { units: (seq: number) => rows?.units(seq) };
  return printRecording(folder, { ...form, ...units }, (recording) => {
    const hits = asksForRows(query) ? numbersFound(engine, recording, folder, range, query) : undefined;
    rows = unitRows(engine, folder, recording, { protocol, range, filter, shown, hits });
    return rows.pages();
  });
}
