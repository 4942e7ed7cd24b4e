import type { ByteRange } from '../../../shared/units.ts';
import type { JsonStep } from '../json/jsonRanges.ts';
import { rangeOf } from '../json/jsonRanges.ts';
import { idText, isProblem, readJson, type JsonText } from '../json/jsonText.ts';
import { singularPath, valueAt } from '../json/singularPath.ts';
import { MAX_DECODED_BYTES, MAX_NAME_CHARS } from '../limits.ts';
import type { Role } from '../protocolModule.ts';
import { jsonPayloadAt, type DecodedPayload, type DecodedUnit } from '../unit.ts';
import type { TableCondition, TableRule, TableSource, TableTest } from './protocolTable.ts';

/** An envelope within a message: its range, and its value from JSON.parse. */
export interface Envelope extends ByteRange {
  readonly json: JsonText;
  readonly value: unknown;
}

export type TableMatch = (value: unknown) => boolean;

/** @throws RangeError if a path is not valid; tableProblems.ts reports that first */
export function pathSteps(path: string): readonly JsonStep[] {
  const steps = singularPath(path);
  if (!steps) throw new RangeError(`“${path}” is not a path to one value, as in $.params.id.`);
  return steps;
}

export function compileTableCondition(condition: TableCondition = {}): TableMatch {
  const tests = Object.entries(condition).map(([path, test]) => ({
    steps: pathSteps(path),
    test: compileTest(test),
  }));
  // A plain loop, because this runs for each rule of each message.
  return (value) => {
    for (const { steps, test } of tests) if (!test(valueAt(value, steps))) return false;
    return true;
  };
}

function compileTest(test: TableTest): TableMatch {
  if (typeof test !== 'object' || test === null) return (value) => value === test;
  if ('exists' in test) return (value) => (value !== undefined) === test.exists;
  if ('startsWith' in test) return (value) => typeof value === 'string' && value.startsWith(test.startsWith);
  if ('is' in test) return test.is === 'empty' ? isEmpty : (value) => typeName(value) === test.is;
  return (value) => test.includes(value as string);
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

type Source = (value: unknown) => string | undefined;

/** @returns the text at the first path that exists, or the fixed text */
export function compileSource(source: TableSource | undefined): Source {
  if (source === undefined) return () => undefined;
  if (typeof source === 'string') return compilePart(source);
  const parts = source.map(compilePart);
  return (value) => {
    for (const part of parts) {
      const text = part(value);
      if (text !== undefined) return text;
    }
    return undefined;
  };
}

function compilePart(part: string): Source {
  if (part.includes('{$')) return compileSentence(part);
  if (!part.startsWith('$')) return () => part;
  const [outer = '', inner] = part.split(' -> ');
  const steps = pathSteps(outer);
  if (inner === undefined) return (value) => nameText(valueAt(value, steps));
  const within = pathSteps(inner);
  return (value) => {
    const text = valueAt(value, steps);
    if (typeof text !== 'string' || text.length > MAX_DECODED_BYTES) return undefined;
    try {
      return nameText(valueAt(JSON.parse(text), within));
    } catch {
      // The string does not hold JSON, so it has no name.
      return undefined;
    }
  };
}

function compileSentence(text: string): Source {
  const parts = text
    .split(/\{(\$[^{}]*)\}/)
    .map((part, index) => (index % 2 === 0 ? part : compilePart(part)));
  return (value) => parts.map((part) => (typeof part === 'string' ? part : (part(value) ?? ''))).join('');
}

function nameText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.slice(0, MAX_NAME_CHARS);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** A compiled rule. @returns undefined if its conditions do not pass */
export type CompiledRule = (envelope: Envelope, from: Role) => DecodedUnit | undefined;

export function compileRule(rule: TableRule): CompiledRule {
  const holds = compileTableCondition(rule.when);
  const name = compileSource(rule.name);
  const label = compileSource(rule.label);
  const error = compileSource(rule.error);
  const id = compileId(rule.id);
  const replyTo = compileId(rule.replyTo);
  const stream = compileId(rule.stream);
  const ref = rule.ref === undefined ? undefined : compileId(rule.ref);
  const payloads = [rule.payload ?? '$'].flat().map(pathSteps);
  const heartbeat = rule.heartbeat === true ? true : undefined;
  const ends = rule.ends === true ? true : undefined;
  return (envelope, from) => {
    if (rule.from !== undefined && rule.from !== from) return undefined;
    if (!holds(envelope.value)) return undefined;
    return {
      type: rule.type,
      name: name(envelope.value) ?? '',
      label: label(envelope.value),
      id: id(envelope),
      replyTo: replyTo(envelope),
      stream: stream(envelope),
      refs: ref && [ref(envelope)].filter((key) => key !== undefined),
      error: error(envelope.value),
      payload: payloadOf(envelope, payloads, rule.embedded === true),
      range: { start: envelope.start, end: envelope.end },
      heartbeat,
      ends,
    };
  };
}

function compileId(path: string | undefined): (envelope: Envelope) => string | undefined {
  if (path === undefined) return () => undefined;
  const steps = pathSteps(path);
  return ({ json, start, value }) => {
    const found = valueAt(value, steps);
    if (typeof found === 'string') return JSON.stringify(found.slice(0, MAX_NAME_CHARS));
    if (typeof found !== 'number') return undefined;
    if (Number.isSafeInteger(found)) return String(found);
    const range = rangeOf(json.bytes, start, steps);
    return range && idText(json, range, found)?.slice(0, MAX_NAME_CHARS);
  };
}

function payloadOf(
  { json, start, end, value }: Envelope,
  paths: readonly (readonly JsonStep[])[],
  embedded: boolean,
): DecodedPayload | undefined {
  const steps = paths.find((path) => valueAt(value, path) !== undefined);
  if (!steps) return undefined;
  const found = valueAt(value, steps);
  if (embedded && typeof found === 'string') return embeddedPayload(found);
  return jsonPayloadAt(
    json.bytes,
    () => (steps.length === 0 ? undefined : rangeOf(json.bytes, start, steps)) ?? { start, end },
  );
}

/** JSON in a string is a payload of its own; any other string stays text. */
function embeddedPayload(text: string): DecodedPayload {
  const bytes = new TextEncoder().encode(text);
  return { form: isProblem(readJson(bytes)) ? 'text' : 'json', range: undefined, read: () => bytes };
}
