import { parseUnitFilter, type UnitFilter } from '../../core/request/condition/unitFilter.ts';
import { parseFilter, parseSearch } from '../../core/search/parseQuery.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { Query } from '../../shared/queryProtocol.ts';

export interface QueryOptions {
  readonly filter?: string;
  readonly search?: string;
  readonly ignoreCase?: true;
  /** Search in decoded messages. */
  readonly decoded?: true;
  /** The options `protocol` and `decode`; undefined: the options of the session. */
  readonly protocol?: string;
  readonly decode?: readonly string[];
}

/** Selects rows by their properties and by their units. */
export interface LogQuery {
  /** An empty query excludes nothing. */
  readonly query: Query;
  /** Absent: rows may have any units or none. */
  readonly units?: UnitFilter;
  readonly how: DecodeHow;
}

/** The given options of decoding; an absent one is that of the session. */
export type DecodeHow = Pick<QueryOptions, 'protocol' | 'decode'>;

export function decodeHow({ protocol, decode }: QueryOptions): DecodeHow {
  return { ...(protocol !== undefined && { protocol }), ...(decode !== undefined && { decode }) };
}

/**
 * Parses `--filter`, `--search` and `--decoded`; undefined if all are absent.
 * @throws DuplexError `call.invalid` for unknown words
 */
export function logQuery(options: QueryOptions): LogQuery | undefined {
  const { filter, search, ignoreCase, decoded } = options;
  if (decoded && search === undefined)
    throw new DuplexError('call.invalid', '--decoded says where to search: add --search TEXT.');
  if (filter === undefined && search === undefined) return undefined;
  const ofUnits = parseUnitFilter(filter ?? '');
  if ('problem' in ofUnits) throw new DuplexError('call.invalid', ofUnits.problem);
  const filtered = parseFilter(ofUnits.rest);
  if ('problem' in filtered) throw new DuplexError('call.invalid', filtered.problem);
  const how = decodeHow(options);
  const units = selectsUnits(ofUnits.filter) ? { units: ofUnits.filter } : {};
  if (search === undefined) return { query: filtered.filter, ...units, how };
  const searched = parseSearch(search, ignoreCase === undefined);
  if ('problem' in searched) throw new DuplexError('call.invalid', searched.problem);
  const query = { ...filtered.filter, text: searched.text, ...(decoded && { decoded: how }) };
  return { query, ...units, how };
}

function selectsUnits({ types, names, operation, conditions }: UnitFilter): boolean {
  return types.length > 0 || names.length > 0 || operation !== undefined || conditions.length > 0;
}
