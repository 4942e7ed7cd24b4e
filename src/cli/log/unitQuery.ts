import { parseUnitFilter } from '../../core/search/parseUnitFilter.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { Query } from '../../shared/queryProtocol.ts';
import type { UnitFilter } from '../output/unitLines.ts';
import { logQuery, type QueryOptions } from '../recordings/logQuery.ts';

export interface UnitQueryOptions extends QueryOptions {
  readonly units?: true;
  readonly protocol?: string;
}

/** What is asked of units. */
export interface UnitQuery {
  /** Whether units are printed; otherwise they only choose rows. */
  readonly shown: boolean;
  readonly filter: UnitFilter;
  /** The option `protocol`; undefined: as the session had it. */
  readonly protocol: string | undefined;
}

/**
 * What `--filter` and `--search` ask of rows, and what `--units` and the words `type=` and `name=` ask of units; undefined where
 * they ask nothing. @throws DuplexError `call.invalid` for words that mean nothing
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
