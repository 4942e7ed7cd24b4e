import { singularPath } from '../json/singularPath.ts';
import { PROTOCOLS } from '../builtInProtocols.ts';
import { holesOf } from './fillTableTemplate.ts';
import type {
  ProtocolTable,
  TableCondition,
  TableRule,
  TableSource,
  TableTemplate,
  TableVerb,
} from './protocolTable.ts';

/** A fault of a table, at a JSON Pointer (RFC 6901) without escapes, as in `/rules/3/id`. */
export interface TableProblem {
  readonly at: string;
  /** One sentence. */
  readonly message: string;
}

/**
 * Faults that the schema cannot find: names that are taken, holes without a value, texts that hold invalid paths.
 * @param taken ids of other tables, and names that verbs cannot have
 */
export function tableProblems(
  table: ProtocolTable,
  taken: { readonly ids?: readonly string[]; readonly verbs?: Pick<ReadonlySet<string>, 'has'> } = {},
): TableProblem[] {
  const { id, verbs = [], rules } = table;
  const problems: TableProblem[] = [];
  const add = (at: string, message: string): void => void problems.push({ at, message });
  if (id === 'auto' || id === 'none' || PROTOCOLS.some((protocol) => protocol.id === id)) {
    add('/id', `The id “${id}” is that of a built-in protocol: choose another.`);
  } else if (taken.ids?.includes(id)) {
    add('/id', `Another table has the id “${id}” already: choose another.`);
  }
  for (const [index, verb] of verbs.entries()) {
    const { name } = verb;
    if (verbs.findIndex((other) => other.name === name) !== index)
      add(`/verbs/${index}/name`, `Two verbs are called @${name}.`);
    if (taken.verbs?.has(name))
      add(`/verbs/${index}/name`, `@${name} has another meaning in request files: choose another name.`);
    for (const message of verbFaults(verb, verbs)) add(`/verbs/${index}`, message);
  }
  for (const { at, path } of pathsOf(table)) {
    if (!singularPath(path)) add(at, `“${path}” is not a path to one value, as in $.params.id.`);
  }
  for (const [index, answer] of (table.answers ?? []).entries()) {
    if (answer.text === undefined && answer.startsWith === undefined)
      add(`/answers/${index}`, 'An answer needs text or startsWith: it is recognised before it is parsed.');
  }
  return [...problems, ...unreachable(rules)];
}

function verbFaults({ name, arguments: given = [], per, ...verb }: TableVerb, verbs: readonly TableVerb[]) {
  const problems: string[] = [];
  const known = new Set(['id', 'body', 'body array', 'body object', 'reply-to', 'reply-stream']);
  for (const argument of given) known.add(`argument ${argument.replace(/\?.*$/, '')}`);
  for (const other of verbs) for (const key of Object.keys(other.remembers ?? {})) known.add(`last ${key}`);
  for (const hole of [verb.message, verb.awaits ?? null, ...Object.values(verb.remembers ?? {})].flatMap(
    holesOf,
  )) {
    if (!hole.startsWith('$') && !known.has(hole))
      problems.push(`Nothing fills “<${hole}>” in the message of @${name}.`);
  }
  if (per !== undefined && !known.has(`argument ${per}`)) problems.push(`@${name} has no argument “${per}”.`);
  return problems;
}

interface PlacedPath {
  readonly at: string;
  readonly path: string;
}

/** Every path of a table, also those in texts. */
function* pathsOf({ detect, rules, opening, answers = [] }: ProtocolTable): Generator<PlacedPath> {
  for (const [index, rule] of rules.entries()) {
    const at = `/rules/${index}`;
    yield* inCondition(`${at}/when`, rule.when);
    for (const key of ['name', 'label', 'error'] as const) yield* inSource(`${at}/${key}`, rule[key]);
    for (const key of ['id', 'replyTo', 'stream', 'ref', 'payload'] as const)
      for (const path of [rule[key] ?? []].flat()) yield { at: `${at}/${key}`, path };
  }
  for (const [index, condition] of (detect?.messages ?? []).entries())
    yield* inCondition(`/detect/messages/${index}`, condition);
  yield* inCondition('/opening/accepted', opening?.accepted);
  yield* inCondition('/opening/refused', opening?.refused);
  yield* inSource('/opening/reason', opening?.reason);
  for (const [index, { when, message }] of answers.entries()) {
    yield* inCondition(`/answers/${index}/when`, when);
    yield* inTemplate(`/answers/${index}/message`, message);
  }
}

function* inCondition(at: string, condition: TableCondition = {}): Generator<PlacedPath> {
  for (const path of Object.keys(condition)) yield { at, path };
}

/** As tableRules.ts reads them: `{$.a}` in a sentence, `$.a -> $.b`, a path, or fixed text. */
function* inSource(at: string, source: TableSource = []): Generator<PlacedPath> {
  for (const text of [source].flat()) {
    const parts = text.includes('{$')
      ? [...text.matchAll(/\{(\$[^{}]*)\}/g)].map(([, part]) => part!)
      : [text];
    for (const part of parts)
      if (part.startsWith('$')) for (const path of part.split(' -> ', 2)) yield { at, path };
  }
}

function* inTemplate(at: string, template: TableTemplate): Generator<PlacedPath> {
  for (const hole of holesOf(template)) if (hole.startsWith('$')) yield { at, path: hole };
}

/** A rule after one that matches everything. */
function unreachable(rules: readonly TableRule[]): TableProblem[] {
  const open = rules.findIndex(
    ({ when, from }) => Object.keys(when ?? {}).length === 0 && from === undefined,
  );
  if (open < 0 || open === rules.length - 1) return [];
  const message = `Rule ${open + 1} has no conditions, so the rules after it are never reached: put it last.`;
  return [{ at: `/rules/${open}`, message }];
}
