import { HEADER_NAMES, HEADER_VALUES } from '../../../shared/headerNames.ts';
import type { Position, Range } from '../syntax/range.ts';
import type { RequestFile } from '../syntax/tree.ts';
import type { VerbSpec } from '../../protocol/verb.ts';
import { verbsOf, type StepProtocol } from '../plan/stepVerb.ts';
import { FAULT_FORMS, type FaultForm } from '../syntax/faultTree.ts';
import { PROXY_OPTIONS } from '../plan/directives.ts';
import { CLOSE_CODES } from '../../session/doctor/closeCodes.ts';
import { HANDSHAKE_SUBJECT_WORDS, KIND_WORDS, OPERATOR_WORDS, SUBJECTS, TYPES } from './conditionWords.ts';
import {
  FAULT_CLAUSE_WORDS,
  FAULT_WORDS,
  PROXY_DIRECTIVE_DOCS,
  REQUEST_DIRECTIVE_DOCS,
  SERVER_DIRECTIVE_DOCS,
  SERVER_STEP_DIRECTIVE_DOCS,
  STEP_DIRECTIVE_DOCS,
  type DirectiveDoc,
} from './directiveDocs.ts';
import type { SeenPath } from './jsonPaths.ts';
import { lineContext, type LineContext, type Zone } from './lineContext.ts';
import {
  hasMessageHeaders,
  nameWords,
  UNIT_TYPE_WORDS,
  unitSubjects,
  verbDocs,
  type SeenUnits,
} from './protocolWords.ts';

export interface Completion {
  readonly label: string;
  readonly kind: 'directive' | 'variable' | 'function' | 'header' | 'value' | 'operator' | 'path' | 'keyword';
  /** One line beside the label. */
  readonly detail?: string;
  /** Markdown written by us. */
  readonly documentation?: string;
  /** Where a variable comes from, as plain text, because names of environments are foreign text. */
  readonly origin?: string;
  /** The text that replaces `range`; by default the label. */
  readonly insert?: string;
  readonly range: Range;
  /** Whether to open completions again after insertion. */
  readonly continues?: boolean;
}

/** A variable that can be used at a place. */
export interface KnownVariable {
  readonly name: string;
  /** The value; not set for secrets. */
  readonly value: string | undefined;
  /** Where it comes from, in a few words. */
  readonly origin: string;
}

/** The sources of completions other than the file; each is read only if it is needed. */
export interface CompletionSources {
  /** Directives that set an option of the connection. */
  readonly options: ReadonlyMap<string, DirectiveDoc>;
  readonly dynamicVariables: ReadonlyMap<string, string>;
  readonly variables: (at: Position) => readonly KnownVariable[];
  readonly environments: () => readonly string[];
  /** Names of the stored secrets. */
  readonly secrets: () => readonly string[];
  /** JSONPaths into the messages of the last recording. */
  readonly paths: () => readonly SeenPath[];
  /** The protocol of the steps at a place. */
  readonly stepProtocol: (at: Position) => StepProtocol | undefined;
  /** The units in the last recording, decoded by the protocol. */
  readonly units: () => SeenUnits;
}

/** Completes at a place. The editor itself completes file names after `<`. */
export function completions(
  file: RequestFile,
  lineAt: (line: number) => string,
  at: Position,
  sources: CompletionSources,
): Completion[] {
  const context = lineContext(file, lineAt, at);
  if (!context) return [];
  const { range } = context;
  switch (context.kind) {
    case 'reference':
      return references(range, at, sources);
    case 'referenceArgument':
      return context.name === '$secret'
        ? sources.secrets().map((label) => ({ label, kind: 'value', range }))
        : [];
    case 'directiveName':
      return directives(context, sources, sources.stepProtocol(at));
    case 'directiveArgument':
      return directiveArgument(context, sources, sources.stepProtocol(at));
    case 'separator':
      return worded(context.role === 'server' ? SERVER_SEPARATORS : SEPARATORS, 'keyword', range);
    case 'headerName':
      return worded(HEADER_NAMES, 'header', range).map((item) => ({
        ...item,
        insert: `${item.label}: `,
        continues: true,
      }));
    case 'headerValue':
      return (HEADER_VALUES.get(context.name.toLowerCase()) ?? []).map((label) => ({
        label,
        kind: 'value',
        range,
      }));
    case 'target':
      return [
        { label: 'WEBSOCKET', kind: 'keyword', detail: 'ws://host/path', insert: 'WEBSOCKET ws', range },
        ...(file.kind === 'ws'
          ? [
              {
                label: 'SERVE',
                detail: 'ws://127.0.0.1:port/path',
                insert: 'SERVE ws',
                kind: 'keyword',
                range,
              } as const,
              {
                label: 'PROXY',
                detail: 'ws://127.0.0.1:port -> wss://host/path',
                insert: 'PROXY ws',
                kind: 'keyword',
                range,
              } as const,
            ]
          : []),
      ];
    case 'path':
      return [];
  }
}

const SEPARATORS: ReadonlyMap<string, string> = new Map([
  ['===', 'Then send the next message.'],
  ['=== wait-for-server', 'Wait for a message first.'],
]);

const SERVER_SEPARATORS: ReadonlyMap<string, string> = new Map([
  ['===', 'Then send the next message.'],
  ['=== wait-for-client', 'Wait for a message of the client first.'],
  ['=== on-message', 'A rule: answers every such message that no step waits for.'],
]);

function references(range: Range, at: Position, sources: CompletionSources): Completion[] {
  const variables = sources.variables(at).map(({ name, value, origin }): Completion => ({
    label: name,
    kind: 'variable',
    detail: value ?? '',
    origin,
    range,
  }));
  return [...variables, ...worded(sources.dynamicVariables, 'function', range)];
}

function directives(
  { range, zone, role }: Extract<LineContext, { kind: 'directiveName' }>,
  { options }: CompletionSources,
  stepProtocol: StepProtocol | undefined,
): Completion[] {
  if (zone === 'payload') return [];
  const inStep =
    role === 'server' ? [...stepDocs(stepProtocol), SERVER_STEP_DIRECTIVE_DOCS] : stepDocs(stepProtocol);
  const above =
    role === 'proxy'
      ? [PROXY_DIRECTIVE_DOCS, new Map([...options].filter(([name]) => PROXY_OPTIONS.has(name)))]
      : role === 'server'
        ? [SERVER_DIRECTIVE_DOCS, options]
        : [REQUEST_DIRECTIVE_DOCS, options];
  const docs = zone === 'step' ? inStep : above;
  return docs.flatMap((map) =>
    [...map].map(([name, { usage, text }]): Completion => ({
      label: name,
      kind: 'directive',
      detail: usage,
      documentation: text,
      // A directive without an argument is complete with its name.
      ...(usage.includes(' ') && { insert: `${name} `, continues: true }),
      range,
    })),
  );
}

/** The directives of a step: the verbs of its protocol first. Directives that need a protocol come only with one. */
function stepDocs(stepProtocol: StepProtocol | undefined): ReadonlyMap<string, DirectiveDoc>[] {
  const known = [...STEP_DIRECTIVE_DOCS].filter(([name]) => stepProtocol !== undefined || name !== 'reply');
  const header = REQUEST_DIRECTIVE_DOCS.get('header')!;
  return [
    ...(stepProtocol ? [verbDocs(stepProtocol)] : []),
    new Map(known),
    ...(stepProtocol && hasMessageHeaders(stepProtocol)
      ? [new Map([['header', { ...header, text: 'A header of the message.' }]])]
      : []),
  ];
}

/** Completes after a verb: names that were seen, then its options. */
function verbArgument(
  spec: VerbSpec,
  text: string,
  { end }: Range,
  { units }: CompletionSources,
): Completion[] {
  const words = text.split(/\s+/);
  const isNamed = spec.arguments.length > 0;
  // The last argument takes the rest of the line, including blanks.
  const before = words.slice(0, Math.min(words.length, spec.arguments.length) - 1);
  const written = text.slice(before.reduce((length, word) => length + word.length + 1, 0));
  const at = (length: number): Range => ({ start: { ...end, character: end.character - length }, end });
  const names = isNamed
    ? units().names.map(({ name, type }): Completion => ({
        label: name,
        kind: 'value',
        detail: type,
        range: at(written.length),
      }))
    : [];
  const last = words.at(-1)!.length;
  const options = spec.options.flatMap(({ name, values }) =>
    (values ?? [undefined]).map((value): Completion => ({
      label: value === undefined ? name : `${name}=${value}`,
      kind: 'value',
      range: at(last),
    })),
  );
  return [...names, ...options];
}

function directiveArgument(
  { name, text, zone, range }: Extract<LineContext, { kind: 'directiveArgument' }>,
  sources: CompletionSources,
  stepProtocol: StepProtocol | undefined,
): Completion[] {
  if (zone === 'payload') return [];
  const verb = zone === 'step' && stepProtocol && verbsOf(stepProtocol).find((spec) => spec.name === name);
  if (verb) return verbArgument(verb, text, range, sources);
  if (name === 'env') return sources.environments().map((label) => ({ label, kind: 'value', range }));
  if (name === 'close') return text.includes(' ') ? [] : worded(CLOSE_CODES, 'value', range);
  if (name === 'fault') return faultArgument(text, range, sources, stepProtocol);
  if (name === 'where' || name === 'expect') return condition(text, zone, range, sources, stepProtocol);
  if (name === 'capture') {
    const subject = /^[^=]*=\s*(.*)$/.exec(text)?.[1];
    return subject === undefined ? [] : condition(subject, zone, range, sources, stepProtocol, false);
  }
  const doc =
    zone === 'step'
      ? (STEP_DIRECTIVE_DOCS.get(name) ?? SERVER_STEP_DIRECTIVE_DOCS.get(name))
      : sources.options.get(name);
  return worded(doc?.values ?? new Map(), 'value', range);
}

/** Completes after `@fault`: its kind, then its clauses, then the condition behind `where`. */
function faultArgument(
  text: string,
  { end }: Range,
  sources: CompletionSources,
  stepProtocol: StepProtocol | undefined,
): Completion[] {
  const tail = (length: number): Range => ({
    start: { line: end.line, character: end.character - length },
    end,
  });
  const [, before, subject] = /^(.*?\swhere\s+)(.*)$/.exec(text) ?? [];
  if (before !== undefined) return condition(subject!, 'step', tail(subject!.length), sources, stepProtocol);
  const words = text.split(/\s+/);
  const last = words.at(-1)!;
  if (words.length === 1) return worded(new Map(Object.entries(FAULT_WORDS)), 'value', tail(last.length));
  const forms: Readonly<Record<string, FaultForm>> = FAULT_FORMS;
  const form = Object.hasOwn(forms, words[0]!) ? forms[words[0]!]! : undefined;
  const previous = words.at(-2)!;
  const isValue = /^(?:jitter|after|count|probability|seed)$/.test(previous);
  if (!form || isValue || (words.length === 2 && form.value === 'needed')) return [];
  if (/^\d+$/.test(previous) && words.at(-3) === 'after')
    return [words[0] === 'refuse' ? 'connections' : 'messages'].map((label) => ({
      label,
      kind: 'keyword',
      range: tail(last.length),
    }));
  const known = [...FAULT_CLAUSE_WORDS].filter(
    ([name]) => (form.clauses as readonly string[]).includes(name) && !words.slice(0, -1).includes(name),
  );
  return worded(new Map(known), 'keyword', tail(last.length));
}

/** A subject ends at the first blank outside brackets. One that does not end is still being written. */
const SUBJECT = /^(?:[^\s[\]]|\[[^[\]]*\])*(?:\[[^[\]]*)?$/;
const AFTER_SUBJECT = /^(?:(?:message-)?header\s+\S+|(?:[^\s[\]]|\[[^[\]]*\])+)\s+(?:not\s+)?([\w=!<>]*)$/;

/**
 * Completes one of a few values: of `kind`, or after `isType`. Not within quotes, which editors close automatically.
 */
const CHOSEN_VALUE = /^(?:kind\s+(?:not\s+)?[=!]=|.*\s(isType))\s+([a-z]*)$/;

/** Completes a value of `type`, `name` or the protocol's own word for it; not within quotes, as above. */
const UNIT_VALUE = /^([a-z]+)\s+(?:not\s+)?[=!]=\s+([a-z]*)$/;

function unitValues(
  subject: string,
  stepProtocol: StepProtocol,
  range: Range,
  units: CompletionSources['units'],
): Completion[] {
  if (subject === 'type') return worded(UNIT_TYPE_WORDS, 'value', range);
  if (subject !== 'name' && !nameWords(stepProtocol).includes(subject)) return [];
  return units().names.map(({ name, type }) => ({
    label: JSON.stringify(name),
    kind: 'value',
    detail: type,
    range,
  }));
}

/** Completes a condition's subject, then its operator, then its value if there are few to choose from. */
function condition(
  text: string,
  zone: Zone,
  { end }: Range,
  { paths, units }: CompletionSources,
  stepProtocol: StepProtocol | undefined,
  takesOperator = true,
): Completion[] {
  const tail = (length: number): Range => ({
    start: { line: end.line, character: end.character - length },
    end,
  });
  if (SUBJECT.test(text)) {
    const range = tail(text.length);
    const ofHandshake = worded(HANDSHAKE_SUBJECT_WORDS, 'keyword', range);
    if (zone !== 'step') return ofHandshake;
    const payloads = stepProtocol ? units().payloads : [];
    const seen = [...payloads, ...paths()].map(({ path, example }): Completion => ({
      label: path,
      kind: 'path',
      detail: example,
      range,
    }));
    const ofUnit = worded(stepProtocol ? unitSubjects(stepProtocol) : new Map(), 'keyword', range);
    return [...ofUnit, ...seen, ...worded(SUBJECTS, 'keyword', range), ...ofHandshake];
  }
  if (!takesOperator) return [];
  const value = CHOSEN_VALUE.exec(text);
  if (value) return worded(value[1] === undefined ? KIND_WORDS : TYPES, 'value', tail(value[2]!.length));
  const ofUnit = stepProtocol && UNIT_VALUE.exec(text);
  if (ofUnit) return unitValues(ofUnit[1]!, stepProtocol, tail(ofUnit[2]!.length), units);
  const operator = AFTER_SUBJECT.exec(text);
  if (!operator) return [];
  return worded(OPERATOR_WORDS, 'operator', tail(operator[1]!.length));
}

function worded(words: ReadonlyMap<string, string>, kind: Completion['kind'], range: Range): Completion[] {
  return [...words].map(([label, documentation]) => ({ label, kind, documentation, range }));
}
