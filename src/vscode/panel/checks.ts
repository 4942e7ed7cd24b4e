import { draftToMessage } from '../../core/format/draft.ts';
import type { TypedMode } from '../../core/format/draft.ts';
import { knownEncoding } from '../../core/request/plan/encodeBody.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { View } from '../../shared/formatProtocol.ts';
import { MAX_LINE_CHARS, MAX_PULL } from '../../shared/limits.ts';
import type { PanelCallQuery } from '../../shared/panelUnits.ts';
import { COMPOSER_MODES, COPY_FORMATS } from '../../shared/panelProtocol.ts';
import type { CopyFormat, Draft, PanelQuery } from '../../shared/panelProtocol.ts';
import type { VerbDraft } from '../../shared/panelVerbs.ts';
import type { TextQuery } from '../../shared/queryProtocol.ts';
import type { OutgoingMessage } from '../../shared/session.ts';
import { MAX_CLOSED_TOPICS } from '../../shared/unitIndexProtocol.ts';
import type { JsonPairs, TopicQuery, UnitQuery } from '../../shared/unitIndexProtocol.ts';
import { MAX_COLUMN_PATH, MAX_COLUMNS } from '../../shared/timelineProtocol.ts';
import { DIRECTIONS, KINDS } from '../../shared/timeline.ts';
import { UNIT_TYPES } from '../../shared/units.ts';

// The page shows content from servers. If such content ran as code, these checks would limit its requests.

const VIEWS: readonly View[] = ['pretty', 'raw', 'hex'];

const SEARCH_MODES: readonly TextQuery['mode'][] = ['plain', 'regex', 'jsonpath', 'condition'];

/** Maximum messages of one repetition. */
const MAX_TIMES = 1_000_000;

const DAY = 86_400_000;

/** Maximum names of units in one query. */
export const MAX_UNIT_NAMES = 100;

/** Maximum arguments, options or headers of a verb. */
const MAX_VERB_PARTS = 100;

/** Maximum characters of a name that the page creates. */
const MAX_NAME = 100;

/** Maximum characters of a JSONPath. */
const MAX_PATH = 1000;

/** @throws DuplexError `call.invalid` unless it is a number of a row or a line */
export function checkIndex(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw refused('a position');
}

/** @throws DuplexError `call.invalid` unless one pull may request this many */
export function checkCount(value: unknown): number {
  if (checkIndex(value) <= MAX_PULL) return value as number;
  throw refused('a count');
}

/** @throws DuplexError `call.invalid` unless it can name a document or a search */
export function checkName(value: unknown): string {
  if (typeof value === 'string' && value !== '' && value.length <= MAX_NAME) return value;
  throw refused('a name');
}

/** @throws DuplexError `call.invalid` unless it is a line of text */
export function checkLine(value: unknown): string {
  if (typeof value === 'string' && value.length <= MAX_LINE_CHARS) return value;
  throw refused('a text');
}

/** @throws DuplexError `call.invalid` unless it is the name of a view */
export function checkView(value: unknown): View {
  const view = VIEWS.find((known) => known === value);
  if (view === undefined) throw refused('a view');
  return view;
}

/** @throws DuplexError `call.invalid` unless it has a known mode and a text */
export function checkDraft(value: unknown): Draft {
  const { mode, text, asIs, encode, verb } = (value ?? {}) as Partial<Record<keyof Draft, unknown>>;
  const known = COMPOSER_MODES.find((each) => each === mode);
  if (known === undefined || typeof text !== 'string') throw refused('a draft');
  const encoding = encode === undefined ? undefined : knownEncoding(checkLine(encode));
  if (encode !== undefined && encoding === undefined) throw refused('a format');
  return {
    mode: known,
    text,
    ...(asIs === true && { asIs }),
    ...(encoding && { encode: encoding }),
    ...(verb !== undefined && { verb: checkVerb(verb) }),
  };
}

/** Whether the protocol has such a verb is checked when it is sent. */
function checkVerb(value: unknown): VerbDraft {
  const from = (value ?? {}) as Partial<Record<keyof VerbDraft, unknown>>;
  const lines = (given: unknown): string[] => {
    if (!Array.isArray(given) || given.length > MAX_VERB_PARTS) throw refused('a verb');
    return given.map(checkLine);
  };
  if (typeof from.options !== 'object' || from.options === null || !Array.isArray(from.headers))
    throw refused('a verb');
  const pairs = (given: readonly unknown[]): [string, string][] =>
    given.slice(0, MAX_VERB_PARTS).map((pair) => {
      const [name = '', text = ''] = lines(pair);
      return [name, text];
    });
  return {
    protocol: checkLine(from.protocol),
    name: checkName(from.name),
    arguments: lines(from.arguments),
    options: Object.fromEntries(pairs(Object.entries(from.options))),
    beside: lines(from.beside),
    headers: pairs(from.headers),
  };
}

/** @throws DuplexError `call.invalid` unless it is a number of times that a message may be repeated */
export function checkTimes(value: unknown): number {
  if (checkIndex(value) >= 1 && (value as number) <= MAX_TIMES) return value as number;
  throw refused('a number of messages');
}

/** @throws DuplexError `call.invalid` unless it is a pause in milliseconds, up to a day */
export function checkInterval(value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value <= DAY) return value;
  throw refused('a pause');
}

/** @throws DuplexError `call.invalid` unless it is a format for copying a message */
export function checkCopyFormat(value: unknown): CopyFormat {
  const format = COPY_FORMATS.find((known) => known === value);
  if (format === undefined) throw refused('a format');
  return format;
}

/** @throws DuplexError `call.invalid` unless it is the content of a file */
export function checkBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw refused('a file');
}

/**
 * @throws DuplexError `call.invalid` unless it consists of known directions, kinds, units and a text; the pattern is
 * not checked
 */
export function checkQuery(value: unknown): PanelQuery {
  const { directions, kinds, text, decoded, folds, units, protocol } = (value ?? {}) as Partial<
    Record<keyof PanelQuery, unknown>
  >;
  return {
    ...(directions !== undefined && { directions: checkWords(DIRECTIONS, directions) }),
    ...(kinds !== undefined && { kinds: checkWords(KINDS, kinds) }),
    ...(text !== undefined && { text: checkText(text) }),
    ...(decoded === true && { decoded }),
    ...(folds === true && { folds }),
    ...(units !== undefined && { units: checkUnits(units) }),
    ...(protocol !== undefined && { protocol: checkName(protocol) }),
  };
}

/** @throws DuplexError `call.invalid` unless it is undefined or has two texts. Whether they are paths is checked later. */
export function checkPairs(value: unknown): JsonPairs | undefined {
  if (value === undefined || value === null) return undefined;
  const { call, reply } = value as Partial<Record<keyof JsonPairs, unknown>>;
  if (typeof call !== 'string' || typeof reply !== 'string' || Math.max(call.length, reply.length) > MAX_PATH)
    throw refused('a pair of paths');
  return { call, reply };
}

/** @throws DuplexError `call.invalid` unless these are numbers of rows, at most as many as one pull may request */
export function checkRows(value: unknown): number[] {
  if (Array.isArray(value) && value.length <= MAX_PULL) return value.map(checkIndex);
  throw refused('rows');
}

/** @throws DuplexError `call.invalid` unless these are the texts of columns. Whether they are paths is checked later. */
export function checkPaths(value: unknown): string[] {
  const paths: unknown[] = Array.isArray(value) ? value : [undefined];
  const isPath = (path: unknown): path is string =>
    typeof path === 'string' && path.length <= MAX_COLUMN_PATH;
  if (paths.length <= MAX_COLUMNS && paths.every(isPath)) return paths;
  throw refused('columns');
}

/** @throws DuplexError `call.invalid` unless it selects calls */
export function checkCallQuery(value: unknown): PanelCallQuery {
  const { pairs, name, unanswered } = (value ?? {}) as Partial<Record<keyof PanelCallQuery, unknown>>;
  if (name !== undefined && typeof name !== 'string') throw refused('a name');
  const checked = checkPairs(pairs);
  return {
    ...(checked && { pairs: checked }),
    ...(name !== undefined && { name }),
    unanswered: unanswered === true,
  };
}

/** @throws DuplexError `call.invalid` unless it names nodes of the topic tree. Whether they exist is not checked. */
export function checkTopicQuery(value: unknown): TopicQuery {
  const { closed, active } = (value ?? {}) as Partial<Record<keyof TopicQuery, unknown>>;
  if (!Array.isArray(closed) || closed.length > MAX_CLOSED_TOPICS) throw refused('a tree');
  return { closed: closed.map(checkLine), ...(active !== undefined && { active: checkLine(active) }) };
}

function checkWords<T extends string>(known: readonly T[], value: unknown): T[] {
  const words: readonly unknown[] = Array.isArray(value) ? value : [undefined];
  if (words.length > known.length) throw refused('a filter');
  return words.map((word) => {
    const found = known.find((each) => each === word);
    if (found === undefined) throw refused('a filter');
    return found;
  });
}

function checkUnits(value: unknown): NonNullable<PanelQuery['units']> {
  const { types, names, operation } = (value ?? {}) as Partial<Record<keyof UnitQuery, unknown>>;
  const isName = (name: unknown): name is string => typeof name === 'string' && name.length <= MAX_LINE_CHARS;
  if (names !== undefined && !(Array.isArray(names) && names.length <= MAX_UNIT_NAMES && names.every(isName)))
    throw refused('a filter');
  return {
    ...(types !== undefined && { types: checkWords(UNIT_TYPES, types) }),
    ...(names !== undefined && { names }),
    ...(operation !== undefined && { operation: checkIndex(operation) }),
  };
}

function checkText(value: unknown): TextQuery {
  const { pattern, mode, caseSensitive } = (value ?? {}) as Partial<Record<keyof TextQuery, unknown>>;
  const known = SEARCH_MODES.find((each) => each === mode);
  if (typeof pattern !== 'string' || known === undefined || typeof caseSensitive !== 'boolean')
    throw refused('a search');
  return { pattern, mode: known, caseSensitive };
}

function refused(what: string): DuplexError {
  return new DuplexError(
    'call.invalid',
    `The panel sent ${what} that is not valid: close it and open it again.`,
  );
}

/** The message that a draft sends. @throws DuplexError `call.invalid` if it cannot be sent */
export function typedMessage(mode: TypedMode, text: string): OutgoingMessage {
  const message = draftToMessage(mode, text);
  if ('problem' in message) throw new DuplexError('call.invalid', message.problem);
  return message;
}
