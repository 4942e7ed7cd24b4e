import { parseFilter, parseSearch } from '../../core/search/parseQuery.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { Query } from '../../shared/queryProtocol.ts';

export interface QueryOptions {
  readonly filter?: string;
  readonly search?: string;
  readonly ignoreCase?: true;
}

/**
 * Parses `--filter` and `--search`; undefined if neither is given.
 * @throws DuplexError `call.invalid` for unknown words
 */
export function logQuery({ filter, search, ignoreCase }: QueryOptions): Query | undefined {
  if (filter === undefined && search === undefined) return undefined;
  const filtered = parseFilter(filter ?? '');
  if ('problem' in filtered) throw new DuplexError('call.invalid', filtered.problem);
  if (search === undefined) return filtered.filter;
  const searched = parseSearch(search, ignoreCase === undefined);
  if ('problem' in searched) throw new DuplexError('call.invalid', searched.problem);
  return { ...filtered.filter, text: searched.text };
}
