import { isProblem, readJson } from '../json/jsonText.ts';
import type { ProtocolTable, TableTemplate, TableVerb } from './protocolTable.ts';

/** A message that has the form of a verb, with the JSON text of each hole of its template. */
export interface SentVerb {
  readonly verb: TableVerb;
  readonly holes: ReadonlyMap<string, string>;
}

const encoder = new TextEncoder();

const HOLE = /^<([^<>]+)>$/;

/**
 * The verb whose message has this form, even if it was written by hand; undefined if there is none.
 * @param value the message, parsed; not deeper than MAX_PAYLOAD_DEPTH
 */
export function sentVerb({ verbs = [] }: ProtocolTable, value: unknown): SentVerb | undefined {
  for (const verb of verbs) {
    const holes = new Map<string, string>();
    if (matches(verb.message, value, holes)) return { verb, holes };
  }
  return undefined;
}

/** The reverse of fillTableTemplate.ts. */
function matches(template: TableTemplate, value: unknown, holes: Map<string, string>): boolean {
  const hole = holeOf(template);
  if (hole !== undefined) return fills(hole, value, holes);
  if (typeof template !== 'object' || template === null) return value === template;
  if (Array.isArray(template)) return matchesArray(template as readonly TableTemplate[], value, holes);
  const members = template as Readonly<Record<string, TableTemplate>>;
  if (members['$json'] !== undefined) return matchesText(members['$json'], value, holes);
  return matchesObject(members, value, holes);
}

/** The same hole has the same value everywhere. */
function fills(hole: string, value: unknown, holes: Map<string, string>): boolean {
  const text = JSON.stringify(value);
  if (holes.has(hole)) return holes.get(hole) === text;
  holes.set(hole, text);
  return true;
}

/** Holes at the end may be absent. */
function matchesArray(
  template: readonly TableTemplate[],
  value: unknown,
  holes: Map<string, string>,
): boolean {
  if (!Array.isArray(value) || value.length > template.length) return false;
  return template.every((each, index) =>
    index < value.length ? matches(each, value[index], holes) : mayBeAbsent(each),
  );
}

function matchesObject(
  { '...': rest, ...members }: Readonly<Record<string, TableTemplate>>,
  value: unknown,
  holes: Map<string, string>,
): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const own = value as Readonly<Record<string, unknown>>;
  const others = Object.entries(own).filter(([name]) => !Object.hasOwn(members, name));
  if (rest === undefined ? others.length > 0 : !matches(rest, Object.fromEntries(others), holes))
    return false;
  return Object.entries(members).every(([name, each]) =>
    Object.hasOwn(own, name) ? matches(each, own[name], holes) : mayBeAbsent(each),
  );
}

/** JSON within a string. */
function matchesText(template: TableTemplate, value: unknown, holes: Map<string, string>): boolean {
  if (typeof value !== 'string') return false;
  const inner = readJson(encoder.encode(value));
  // A text that is not JSON, or is nested too deep, is no message of this verb.
  return !isProblem(inner) && matches(template, inner.value, holes);
}

/** A hole without a value is left out; only an id always has one. */
function mayBeAbsent(template: TableTemplate): boolean {
  const hole = holeOf(template);
  return hole !== undefined && hole !== 'id';
}

function holeOf(template: TableTemplate): string | undefined {
  return typeof template === 'string' ? HOLE.exec(template)?.[1] : undefined;
}
