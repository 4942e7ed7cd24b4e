import { parseFilter, parseSearch } from '../../core/search/parseQuery.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { Query } from '../../shared/queryProtocol.ts';

export interface QueryOptions {
  readonly filter?: string;
  readonly search?: string;
  readonly ignoreCase?: true;
  /** Search in what messages decode to. */
  readonly decoded?: true;
  /** The options `protocol` and `decode`; undefined: those of the session. */
  readonly protocol?: string;
  readonly decode?: readonly string[];
}

/**
 * Parses `--filter`, `--search` and `--decoded`; undefined if neither is given.
 * @throws DuplexError `call.invalid` for unknown words
 */
export function logQuery({
  filter,
  search,
  ignoreCase,
  decoded,
  protocol,
  decode,
}: QueryOptions): Query | undefined {
  if (decoded && search === undefined)
    throw new DuplexError('call.invalid', '--decoded says where to search: add --search TEXT.');
  if (filter === undefined && search === undefined) return undefined;
  const filtered = parseFilter(filter ?? '');
  if ('problem' in filtered) throw new DuplexError('call.invalid', filtered.problem);
  if (search === undefined) return filtered.filter;
  const searched = parseSearch(search, ignoreCase === undefined);
  if ('problem' in searched) throw new DuplexError('call.invalid', searched.problem);
  const how = { ...(protocol !== undefined && { protocol }), ...(decode !== undefined && { decode }) };
  return { ...filtered.filter, text: searched.text, ...(decoded && { decoded: how }) };
}
