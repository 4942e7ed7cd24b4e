import type { PanelQuery } from '../../shared/panelProtocol.ts';
import type { TextQuery } from '../../shared/queryProtocol.ts';
import type { Kind } from '../../shared/timeline.ts';
import type { UnitType } from '../../shared/units.ts';

export const DIRECTION_CHOICES = ['all', 'in', 'out'] as const;
export type DirectionChoice = (typeof DIRECTION_CHOICES)[number];

export const KIND_GROUPS = ['text', 'binary', 'control'] as const;
export type KindGroup = (typeof KIND_GROUPS)[number];

export const SEARCH_MODES = ['plain', 'regex', 'jsonpath'] as const satisfies readonly TextQuery['mode'][];
export type SearchMode = (typeof SEARCH_MODES)[number];

/** Filters and search mode, without the search text. */
export interface SearchOptions {
  readonly direction: DirectionChoice;
  /** Empty for rows of every kind. */
  readonly kinds: readonly KindGroup[];
  /** Types and names of units; empty for all. They apply while a protocol is known. */
  readonly types: readonly UnitType[];
  readonly names: readonly string[];
  /** A row whose operation alone is shown, while a protocol is known. */
  readonly operation: number | undefined;
  /** Leave out heartbeats and chores, while a protocol is known. */
  readonly folds: boolean;
  readonly mode: SearchMode;
  readonly caseSensitive: boolean;
  /** Search in decoded messages. */
  readonly decoded: boolean;
  /** Hide the rows that the search does not find. */
  readonly onlyMatches: boolean;
}

export const NO_SEARCH: SearchOptions = {
  direction: 'all',
  kinds: [],
  types: [],
  names: [],
  operation: undefined,
  folds: false,
  mode: 'plain',
  caseSensitive: false,
  decoded: false,
  onlyMatches: false,
};

/** The same kinds as `--filter control` of the command line. */
const CONTROL: readonly Kind[] = ['ping', 'pong', 'close'];

/** The queries to run on the host. */
export interface WantedQueries {
  /** The rows to show; undefined: all. */
  readonly list: PanelQuery | undefined;
  /** The rows to mark, count and step through. */
  readonly find: PanelQuery | undefined;
}

/** Operators of conditions, and words that are operators. */
const OPERATOR = /==|!=|[<>]|\s(not\s+)?(contains|startsWith|endsWith|matches|exists|isType|in)(\s|$)/;

/** Whether a text in mode JSONPath is a condition: it has an operator outside its brackets and quotes. */
export function looksLikeCondition(pattern: string): boolean {
  let bare = pattern.replace(/"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?/g, '_');
  // Brackets nest, so the innermost are removed first.
  for (let before = ''; before !== bare;) {
    before = bare;
    bare = bare.replace(/\[[^[\]]*\]|\([^()]*\)/g, '_');
  }
  return OPERATOR.test(bare);
}

/** The mode whose syntax a pattern has: a JSONPath, or a condition about a JSONPath or a row. */
export function writtenAs(pattern: string): 'jsonpath' | 'condition' | undefined {
  if (!/^\s*(\$\s*[.[]|(text|size|kind|latency)\b)/.test(pattern)) return undefined;
  if (looksLikeCondition(pattern)) return 'condition';
  return pattern.trimStart().startsWith('$') ? 'jsonpath' : undefined;
}

/** @param protocol id of the session's protocol, if known */
export function wantedQueries(options: SearchOptions, pattern: string, protocol?: string): WantedQueries {
  const { direction, mode, caseSensitive, decoded, onlyMatches } = options;
  const kinds = options.kinds.flatMap((group) => (group === 'control' ? CONTROL : [group]));
  const filter: PanelQuery = {
    ...(direction !== 'all' && { directions: [direction] }),
    ...(kinds.length > 0 && { kinds }),
    ...(protocol !== undefined && unitFilter(options, protocol)),
  };
  const filtered = Object.keys(filter).length > 0 ? filter : undefined;
  if (pattern === '') return { list: filtered, find: undefined };
  const isOfCondition = mode === 'jsonpath' && looksLikeCondition(pattern);
  const find: PanelQuery = {
    ...filter,
    text: { pattern, mode: isOfCondition ? 'condition' : mode, caseSensitive },
    // The protocol is part of the query, so another protocol starts another search.
    ...(decoded && { decoded, ...(protocol !== undefined && { protocol }) }),
  };
  return { list: onlyMatches ? find : filtered, find };
}

function unitFilter({ types, names, operation, folds }: SearchOptions, protocol: string): PanelQuery {
  const units = {
    ...(types.length > 0 && { types }),
    ...(names.length > 0 && { names }),
    ...(operation !== undefined && { operation }),
  };
  const hasUnits = Object.keys(units).length > 0;
  if (!hasUnits && !folds) return {};
  return {
    ...(hasUnits && { units }),
    ...(folds && { folds }),
    protocol,
  };
}
