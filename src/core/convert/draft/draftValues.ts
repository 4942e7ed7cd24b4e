import type { PlacedReference } from '../../request/print/printPayload.ts';
import { rangeOf, type JsonStep } from '../../protocol/json/jsonRanges.ts';
import { secretTexts, type SecretText } from '../../protocol/json/secretTexts.ts';
import { unique } from '../fileNames.ts';
import type { DraftItem } from './draftMessage.ts';
import { leavesOf, literalOf, subjectOf, type Leaf } from './jsonLeaves.ts';
import { isIdKey, isVolatileKey, isVolatileNumber, isVolatileString } from './volatile.ts';

/** Maximum values of one message that the test checks. */
const MAX_EXPECTED = 12;
/** A longer text is checked by its type. */
const MAX_COMPARED = 200;
/** A shorter text may occur anywhere by chance. */
const MIN_ANYWHERE = 8;
/** A shorter secret is replaced only at its own place. */
const MIN_SECRET = 6;
/** Maximum values of the server to find in the messages of the client; the latest ones are kept. */
const MAX_GIVEN = 2000;
/** Texts that need no escape in JSON and are not references. */
const PLAIN = /^[\w.:+/=@~-]+$/;

/** The checks and captures of one message. */
export interface DraftChecks {
  readonly expect: readonly string[];
  readonly capture: readonly string[];
  /** Values that are not checked, because there are too many. */
  readonly unchecked: number;
}

/** Follows values through the messages of a connection, in order. */
export interface DraftValues {
  /**
   * @param root the subject of conditions that selects the JSON: `$` or `payload`
   * @param known subjects that a wait has checked already
   */
  received(item: DraftItem, root: string, known: ReadonlySet<string>): DraftChecks;
  /** @returns the places of captured values and of secrets in the text of an item */
  sent(item: DraftItem): readonly PlacedReference[];
  /** Whether this connection sent the value under this name before. */
  isEcho(leaf: Leaf): boolean;
}

/**
 * @param taken names that no capture may have; those of captures are added
 * @param secrets the secrets of the file by name; those that the messages hold are added
 */
export function createDraftValues(
  items: readonly DraftItem[],
  taken: Set<string>,
  secrets: Map<string, string | undefined>,
): DraftValues {
  const wanted = valuesToCapture(items);
  const changing = changingNumbers(items);
  const captured = new Map<string, string>();
  const sent = new Set<string>();
  const sentTexts = new Set<string>();
  /** Secrets that are not checked anywhere, and those of the received message. */
  const secretValues = new Set<string>();
  const own = new Set<string>();
  const keepSecret = (value: string): void => {
    own.add(value);
    if (value.length >= MIN_SECRET) secretValues.add(value);
  };

  const isEcho = ({ key, value }: Leaf): boolean =>
    sent.has(placeOf(key, value)) || (typeof value === 'string' && value !== '' && sentTexts.has(value));

  const expectation = (subject: string, leaf: Leaf): string | undefined => {
    const { value, key } = leaf;
    const type = typeof value;
    const name = captured.get(JSON.stringify(value));
    if (type === 'string') {
      if (name !== undefined) return `${subject} == "{{${name}}}"`;
      const isOpen =
        secretValues.has(value as string) ||
        own.has(value as string) ||
        secretTexts(value as string).length > 0 ||
        (value as string).length > MAX_COMPARED ||
        (!isEcho(leaf) &&
          (isVolatileString(value as string) || (isVolatileKey(key) && /\d/.test(value as string))));
      return isOpen ? `${subject} isType "string"` : `${subject} == ${literalOf(value)}`;
    }
    if (type === 'number') {
      if (name !== undefined) return `${subject} == {{${name}}}`;
      const number = value as number;
      const isOpen =
        !Number.isSafeInteger(number) ||
        (!isEcho(leaf) &&
          (isVolatileNumber(number) || isVolatileKey(key) || changing.has(shapeOf(leaf.path))));
      return isOpen ? `${subject} isType "number"` : `${subject} == ${literalOf(number)}`;
    }
    if (Array.isArray(value)) return `${subject} isType "array"`;
    if (type === 'object' && value !== null) return `${subject} isType "object"`;
    return `${subject} == ${literalOf(value)}`;
  };

  return {
    isEcho,
    received(item, root, known) {
      const expect: string[] = [];
      const capture: string[] = [];
      let unchecked = 0;
      own.clear();
      for (const { value } of secretsIn(item)) keepSecret(value);
      for (const leaf of item.json ? leavesOf(item.json.value) : []) {
        const subject = subjectOf(root, leaf.path);
        if (subject === undefined) continue;
        const spelled = JSON.stringify(leaf.value);
        const checked = known.has(subject) ? undefined : expectation(subject, leaf);
        if (checked !== undefined && expect.length >= MAX_EXPECTED) unchecked++;
        else if (checked !== undefined) expect.push(checked);
        if (!wanted.has(spelled) || captured.has(spelled) || isEcho(leaf)) continue;
        const name = unique(variableNamed(leaf.key), taken, '');
        captured.set(spelled, name);
        capture.push(`${name} = ${subject}`);
      }
      return { expect, capture, unchecked };
    },
    sent(item) {
      const found: PlacedReference[] = [];
      if (item.json && item.text !== undefined) {
        const { text } = item;
        for (const { path, key, value } of leavesOf(item.json.value, [], '', Infinity)) {
          const name = captured.get(JSON.stringify(value));
          if (name !== undefined && mayStandFor(key, value)) found.push({ ...placeIn(text, path), name });
          sent.add(placeOf(key, value));
        }
      }
      for (const { start, end, name, value } of secretsIn(item)) {
        // The loop above has already placed the values from the server.
        if (found.some((place) => place.start <= start && place.end >= end)) continue;
        keepSecret(value);
        found.push({ start, end, name: `$secret ${secretNamed(name, value, secrets)}` });
      }
      for (const [spelled, name] of captured) {
        const value = JSON.parse(spelled) as unknown;
        if (typeof value !== 'string' || value.length < MIN_ANYWHERE || item.text === undefined) continue;
        for (let at = item.text.indexOf(value); at >= 0; at = item.text.indexOf(value, at + value.length))
          found.push({ start: at, end: at + value.length, name });
      }
      if (item.text !== undefined) sentTexts.add(item.text);
      for (const text of item.json ? textsIn(item.json.value) : []) sentTexts.add(text);
      return withoutOverlaps(found);
    },
  };
}

/** Values that the server gave and the client sent back, as JSON. */
function valuesToCapture(items: readonly DraftItem[]): ReadonlySet<string> {
  const given = new Map<string, { readonly value: string | number; readonly isLikely: boolean }>();
  const own = new Set<string>();
  const wanted = new Set<string>();
  for (const { direction, json, text } of items) {
    if (direction === 'in') {
      for (const { key, value } of json ? leavesOf(json.value) : []) {
        const spelled = JSON.stringify(value);
        if (own.has(spelled)) continue;
        if (typeof value === 'string' && value.length >= 3 && PLAIN.test(value))
          given.set(spelled, {
            value,
            isLikely: value.length >= MIN_ANYWHERE || isVolatileKey(key) || isVolatileString(value),
          });
        if (typeof value === 'number' && Number.isSafeInteger(value) && isIdKey(key))
          given.set(spelled, { value, isLikely: true });
        if (given.size > MAX_GIVEN) given.delete(given.keys().next().value!);
      }
      continue;
    }
    for (const { key, value } of json ? leavesOf(json.value, [], '', Infinity) : []) {
      const spelled = JSON.stringify(value);
      if (given.get(spelled)?.isLikely && mayStandFor(key, value)) wanted.add(spelled);
      own.add(spelled);
    }
    for (const [spelled, { value }] of given) {
      if (typeof value === 'string' && value.length >= MIN_ANYWHERE && text?.includes(value))
        wanted.add(spelled);
    }
  }
  return wanted;
}

/** A captured number replaces only ids. */
function mayStandFor(key: string, value: unknown): boolean {
  return typeof value === 'string' || isIdKey(key);
}

/** The shapes of paths under which numbers grow from message to message. */
function changingNumbers(items: readonly DraftItem[]): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const changing = new Set<string>();
  for (const { direction, json, unit } of items) {
    if (direction !== 'in' || !json) continue;
    for (const { path, value } of leavesOf(json.value)) {
      if (typeof value !== 'number') continue;
      const shape = shapeOf(path);
      const before = seen.get(`${unit?.name ?? ''} ${shape}`);
      if (before !== undefined && before !== value) changing.add(shape);
      seen.set(`${unit?.name ?? ''} ${shape}`, value);
    }
  }
  return changing;
}

function shapeOf(path: readonly JsonStep[]): string {
  return JSON.stringify(path);
}

function placeOf(key: string, value: unknown): string {
  return `${key} ${JSON.stringify(value)}`;
}

function* textsIn(value: unknown): Generator<string> {
  for (const { value: each } of leavesOf(value, [], '', Infinity)) if (typeof each === 'string') yield each;
}

/** The positions of a value in JSON text in UTF-16 units, without the quotes of a string. */
function placeIn(text: string, path: readonly JsonStep[]): { readonly start: number; readonly end: number } {
  const bytes = new TextEncoder().encode(text);
  const range = rangeOf(bytes, 0, path) ?? { start: 0, end: 0 };
  const before = (end: number): number =>
    new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, end)).length;
  const quote = bytes[range.start] === 0x22 ? 1 : 0;
  return { start: before(range.start) + quote, end: before(range.end) - quote };
}

/** The secrets of the text of an item, with their values. */
function secretsIn({ text = '' }: DraftItem): (SecretText & { readonly value: string })[] {
  return secretTexts(text).map((each) => ({ ...each, value: valueOf(text.slice(each.start, each.end)) }));
}

/** The value of a JSON string, given without its quotes. */
function valueOf(written: string): string {
  try {
    return JSON.parse(`"${written}"`) as string;
  } catch {
    // A text that is not JSON throughout.
    return written;
  }
}

function withoutOverlaps(found: readonly PlacedReference[]): readonly PlacedReference[] {
  const kept: PlacedReference[] = [];
  for (const each of [...found].sort((a, b) => a.start - b.start || b.end - a.end))
    if (each.end > each.start && each.start >= (kept.at(-1)?.end ?? 0)) kept.push(each);
  return kept;
}

/** The name of a secret: that of its value, or else one after the member that holds it. */
function secretNamed(key: string, value: string, secrets: Map<string, string | undefined>): string {
  for (const [name, known] of secrets) if (known === value) return name;
  const name = unique(variableNamed(key).toLowerCase(), new Set(secrets.keys()));
  secrets.set(name, value);
  return name;
}

/** A name for a variable, after the member that holds its value. */
function variableNamed(key: string): string {
  return key.replace(/[^\p{L}\p{N}_-]+/gu, '_').replace(/^[^\p{L}]+/u, '') || 'value';
}
