import { UNIT_TYPES } from '../../shared/units.ts';

/** The words about units in `--filter`, and the rest, which parseFilter.ts reads. */
export interface ParsedUnitFilter {
  readonly types: readonly string[];
  readonly names: readonly string[];
  readonly rest: string;
}

const WORD = /(^|[\s,])(type|name)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,]*)/gi;

/** Extracts `type=event` and `name=chat` or `name="chat message"` from a filter. Words of one kind are alternatives. */
export function parseUnitFilter(text: string): ParsedUnitFilter | { readonly problem: string } {
  const types: string[] = [];
  const names: string[] = [];
  let problem: string | undefined;
  const rest = text.replace(WORD, (_, before: string, word: string, written: string) => {
    const value = written.startsWith('"') ? written.slice(1, -1).replace(/\\(.)/g, '$1') : written;
    if (word.toLowerCase() === 'name') names.push(value);
    else if (UNIT_TYPES.some((type) => type === value)) types.push(value);
    else problem ??= `“${value}” is no type of a unit: use ${UNIT_TYPES.join(', ')}.`;
    return before;
  });
  return problem === undefined ? { types, names, rest } : { problem };
}
