import type { PanelQuery } from '../../shared/panelProtocol.ts';
import type { TextQuery } from '../../shared/queryProtocol.ts';
import type { Kind } from '../../shared/timeline.ts';

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
  readonly mode: SearchMode;
  readonly caseSensitive: boolean;
  /** Hide the rows that the search does not find. */
  readonly onlyMatches: boolean;
}

export const NO_SEARCH: SearchOptions = {
  direction: 'all',
  kinds: [],
  mode: 'plain',
  caseSensitive: false,
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

export function isFiltered({ direction, kinds }: SearchOptions): boolean {
  return direction !== 'all' || kinds.length > 0;
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

export function wantedQueries(options: SearchOptions, pattern: string): WantedQueries {
  const { direction, mode, caseSensitive, onlyMatches } = options;
  const kinds = options.kinds.flatMap((group) => (group === 'control' ? CONTROL : [group]));
  const filter: PanelQuery = {
    ...(direction !== 'all' && { directions: [direction] }),
    ...(kinds.length > 0 && { kinds }),
  };
  const filtered = isFiltered(options) ? filter : undefined;
  if (pattern === '') return { list: filtered, find: undefined };
  const isOfCondition = mode === 'jsonpath' && looksLikeCondition(pattern);
  const find: PanelQuery = {
    ...filter,
    text: { pattern, mode: isOfCondition ? 'condition' : mode, caseSensitive },
  };
  return { list: onlyMatches ? find : filtered, find };
}
