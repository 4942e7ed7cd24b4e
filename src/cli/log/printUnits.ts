import type { Engine } from '../../engine/engine.ts';
import type { Query } from '../../shared/queryProtocol.ts';
import type { ExitStatus } from '../exitStatus.ts';
import type { RowRange } from '../optionValues.ts';
import type { UnitFilter } from '../output/unitLines.ts';
import { numbersFound } from '../recordings/logRows.ts';
import { type LogForm, printRecording } from './printRecording.ts';
import { asksForRows, unitRows } from './unitRows.ts';
import { parseUnitFilter } from '../../core/search/parseQuery.ts';
import { DuplexError } from '../../shared/errors.ts';
import { logQuery, type QueryOptions } from '../recordings/logQuery.ts';

export interface UnitQueryOptions extends QueryOptions {
  readonly units?: true;
}

/** The selection of units. */
interface UnitQuery {
  /** Whether units are printed; otherwise they only select rows. */
  readonly shown: boolean;
  readonly filter: UnitFilter;
  /** The option `protocol`; undefined: that of the session. */
  readonly protocol: string | undefined;
  /** The option `decode`; undefined: that of the session. */
  readonly decode: readonly string[] | undefined;
}

interface UnitsAsked extends UnitQuery {
  readonly form: LogForm;
  readonly range: RowRange;
  readonly query: Query | undefined;
}

/** Prints rows with their units, or rows selected by their units. */
export function printUnits(
  engine: Engine,
  folder: string,
  { form, range, query, shown, filter, protocol, decode }: UnitsAsked,
): Promise<ExitStatus> {
  let rows: ReturnType<typeof unitRows> | undefined;
  const units = shown && { units: (seq: number) => rows?.units(seq) };
  return printRecording(folder, { ...form, ...units }, (recording) => {
    const hits = asksForRows(query) ? numbersFound(engine, recording, folder, range, query) : undefined;
    rows = unitRows(engine, folder, recording, { protocol, decode, range, filter, shown, hits });
    return rows.pages();
  });
}

/**
 * Parses `--filter` and `--search` for rows, and `--units` and the words `type=` and `name=` for units; undefined for a
 * part that is not given.
 * @throws DuplexError `call.invalid` for unknown words
 */
export function unitQuery(options: UnitQueryOptions): {
  readonly query: Query | undefined;
  readonly units: UnitQuery | undefined;
} {
  const { filter = '', ...rest } = options;
  const { units, protocol, decode } = rest;
  const parsed = parseUnitFilter(filter);
  if ('problem' in parsed) throw new DuplexError('call.invalid', parsed.problem);
  const { types, names } = parsed;
  if (units !== true && types.length === 0 && names.length === 0)
    return { query: logQuery(options), units: undefined };
  const ofRows = parsed.rest.trim() === '' ? rest : { ...rest, filter: parsed.rest };
  return {
    query: logQuery(ofRows),
    units: { shown: units === true, filter: { types, names }, protocol, decode },
  };
}
