import { parseUnitFilter } from '../../core/search/parseUnitFilter.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { Query } from '../../shared/queryProtocol.ts';
import type { UnitFilter } from '../output/unitLines.ts';
import { logQuery, type QueryOptions } from '../recordings/logQuery.ts';

export interface UnitQueryOptions extends QueryOptions {
  readonly units?: true;
  readonly protocol?: string;
}

/** The selection of units. */
export interface UnitQuery {
  /** Whether units are printed; otherwise they only select rows. */
  readonly shown: boolean;
  readonly filter: UnitFilter;
  /** The option `protocol`; undefined: that of the session. */
  readonly protocol: string | undefined;
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
  const { filter = '', units, protocol, ...rest } = options;
  const parsed = parseUnitFilter(filter);
  if ('problem' in parsed) throw new DuplexError('call.invalid', parsed.problem);
  const { types, names } = parsed;
  if (units !== true && types.length === 0 && names.length === 0)
    return { query: logQuery(options), units: undefined };
  const ofRows = parsed.rest.trim() === '' ? rest : { ...rest, filter: parsed.rest };
  return { query: logQuery(ofRows), units: { shown: units === true, filter: { types, names }, protocol } };
}
