import { UNIT_TYPES } from '../../../shared/units.ts';
import { excerpt } from '../../text/excerpt.ts';
import { NAME_ALIASES } from '../syntax/conditionTree.ts';

// The words of a filter that ask for units. They are the conditions of request files without blanks around symbols, and
// with `=` for equality. The search that tests them compiles them (unitCondition.ts).

/** Selects units; an empty list or an absent member excludes nothing. */
export interface UnitFilter {
  readonly types: readonly string[];
  readonly names: readonly string[];
  /** The number of a row: only the operations that it belongs to. */
  readonly operation?: number;
  /**
   * Conditions in the syntax of request files. A unit meets one of each list. They include types and names, so that all
   * of it judges one unit; empty if types and names say all.
   */
  readonly conditions: readonly (readonly string[])[];
}

interface ParsedUnitFilter {
  readonly filter: UnitFilter;
  /** The other words, at their places. */
  readonly rest: string;
}

const NAME_WORDS: readonly string[] = ['name', ...NAME_ALIASES];

/** Subjects whose values are text, so that a word without quotes is text, too. */
const TEXT_WORDS: readonly string[] = ['type', ...NAME_WORDS, 'error', 'message-header'];

const SUBJECT = new RegExp(
  `^(?:(?:type|id|error|${NAME_WORDS.join('|')})(?![\\w-])|payload(?![\\w-])|message-header\\s+[^\\s,=!<>]+)`,
  'i',
);
const SYMBOL = /^\s*(==|=|!=|>=|<=|>|<)\s*/;
/** `in` is also a direction: as an operator it has a list. */
const OPERATOR =
  /^\s+(not\s+)?(contains|startsWith|endsWith|matches|isType|schema|exists|in(?=\s*\[))(?![\w-])\s*/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const ROW = /^#(\d{1,15})$/;

interface UnitWord {
  readonly end: number;
  /** As it is written in a condition. */
  readonly subject: string;
  /** With `not`; absent: the subject stands alone. */
  readonly operator?: string;
  readonly value?: string;
}

/**
 * Extracts the words about units: `type=event`, `name="chat message"`, `operation=#12`, `payload.price>100`, `error exists`.
 * Equalities of one subject are alternatives; all else must hold.
 */
export function parseUnitFilter(text: string): ParsedUnitFilter | { readonly problem: string } {
  const types: string[] = [];
  const names: string[] = [];
  const conditions = new Map<string, string[]>();
  let operation: number | undefined;
  let rest = '';
  for (let at = 0; at < text.length;) {
    const word = at === 0 || /[\s,]/.test(text[at - 1]!) ? unitWordAt(text, at) : undefined;
    if (!word) {
      rest += text[at++]!;
      continue;
    }
    if ('problem' in word) return word;
    rest += ' '.repeat(word.end - at);
    at = word.end;
    const { subject, operator = '', value = '' } = word;
    const row = subject === 'operation' && operator === '==' ? ROW.exec(value)?.[1] : undefined;
    if (row !== undefined) {
      if (operation !== undefined && operation !== Number(row))
        return { problem: 'A filter shows the operation of one row: leave out the others.' };
      operation = Number(row);
    } else if (subject === 'type' && !isTypeTest(operator, value))
      return { problem: `“${textOf(value)}” is not a type of a unit: use ${UNIT_TYPES.join(', ')}.` };
    else if (subject === 'type' && operator === '==') types.push(textOf(value));
    else if (NAME_WORDS.includes(subject) && operator === '==') names.push(textOf(value));
    else {
      const key = operator === '==' ? subject : `${subject} ${operator} ${value}`;
      conditions.set(key, [...(conditions.get(key) ?? []), ...written(word)]);
    }
  }
  const groups = [...conditions.values()];
  if (groups.length > 0) {
    if (types.length > 0) groups.unshift(types.map((type) => `type == "${type}"`));
    if (names.length > 0) groups.unshift(names.map((name) => `name == ${JSON.stringify(name)}`));
  }
  return {
    filter: { types, names, ...(operation !== undefined && { operation }), conditions: groups },
    rest,
  };
}

/** Whether the value of an equality is a type. Other operators take any text. */
function isTypeTest(operator: string, value: string): boolean {
  return !['==', '!='].includes(operator) || (UNIT_TYPES as readonly string[]).includes(textOf(value));
}

function textOf(value: string): string {
  return value.startsWith('"') ? (JSON.parse(value) as string) : value;
}

/** The condition. An id without quotes gives two: one for the number and one for the text. */
function written({ subject, operator = '', value = '' }: UnitWord): string[] {
  const start = `${subject} ${operator}`;
  if (/(^| )exists$/.test(operator)) return [start];
  if (/(^| )(?:matches|schema)$/.test(operator)) return [`${start} ${value}`];
  const isJson = /^["[{]/.test(value);
  const quoted = JSON.stringify(value);
  if (isJson) return [`${start} ${value}`];
  const isText = TEXT_WORDS.includes(subject.split(' ')[0]!) || /(?:With|isType)$/.test(operator);
  if (isText || !(NUMBER.test(value) || ['true', 'false', 'null'].includes(value)))
    return [`${start} ${quoted}`];
  return subject === 'id' && operator === '=='
    ? [`${start} ${value}`, `${start} ${quoted}`]
    : [`${start} ${value}`];
}

/** @returns undefined if no word about units begins here */
function unitWordAt(text: string, at: number): UnitWord | { readonly problem: string } | undefined {
  const found = SUBJECT.exec(text.slice(at))?.[0];
  if (found === undefined) return undefined;
  const first = found.replace(/^[\w-]+/, (word) => word.toLowerCase()).replace(/\s+/g, ' ');
  const end = first === 'payload' ? pathEnd(text, at + found.length) : at + found.length;
  const subject = first + text.slice(at + found.length, end);
  const after = text.slice(end);
  const symbol = SYMBOL.exec(after);
  const word = symbol ? undefined : OPERATOR.exec(after);
  if (!symbol && !word) {
    // The word alone is a kind of row.
    if (subject === 'error' && /^(?:[\s,]|$)/.test(after)) return undefined;
    return {
      problem: `${excerpt(subject)} at character ${at + 1} of the filter is compared with nothing: write a value, as in ${subject}=1, or ${subject} exists.`,
    };
  }
  const operator = symbol
    ? symbol[1]!.replace(/^=$/, '==')
    : `${word![1] === undefined ? '' : 'not '}${word![2]!}`;
  const valueAt = end + (symbol ?? word)![0].length;
  if (operator.endsWith('exists')) return { end: end + word![0].trimEnd().length, subject, operator };
  const value = valueAt < text.length ? valueIn(text.slice(valueAt)) : '';
  if (value === undefined)
    return {
      problem: `The value after ${excerpt(subject)} at character ${at + 1} of the filter is not closed.`,
    };
  // An empty name selects units without a name.
  if (value === '' && !(symbol && NAME_WORDS.includes(subject)) && subject !== 'type')
    return {
      problem: `A value is missing after ${excerpt(subject)} at character ${at + 1} of the filter: write it as in ${subject}=1.`,
    };
  return { end: valueAt + value.length, subject, operator, value };
}

/** Where a JSONPath ends: at a blank, a comma or an operator outside brackets and quotes. */
function pathEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const character = text[at]!;
    if (depth > 0 && (character === '"' || character === "'")) at += quotedLength(text.slice(at)) - 1;
    else if ('[('.includes(character)) depth++;
    else if ('])'.includes(character)) depth--;
    else if (depth <= 0 && /[\s,=!<>]/.test(character)) return at;
  }
  return text.length;
}

/** The value at the start of a text; undefined if it is not closed. */
function valueIn(text: string): string | undefined {
  if (text.startsWith('"')) return jsonText(text);
  if (text.startsWith('/')) return /^\/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\[])*\/[a-z]*/.exec(text)?.[0];
  if (!/^[[{]/.test(text)) return /^[^\s,]*/.exec(text)![0];
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') at += quotedLength(text.slice(at)) - 1;
    else if ('[{'.includes(character)) depth++;
    else if (']}'.includes(character) && --depth === 0) return text.slice(0, at + 1);
  }
  return undefined;
}

function jsonText(text: string): string | undefined {
  const quoted = text.slice(0, quotedLength(text));
  try {
    JSON.parse(quoted);
    return quoted;
  } catch {
    // Not closed, or an escape that JSON does not have.
    return undefined;
  }
}

function quotedLength(text: string): number {
  return /^"(?:[^"\\]|\\.)*"?|^'(?:[^'\\]|\\.)*'?/s.exec(text)![0].length;
}
