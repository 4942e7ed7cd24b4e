import { HEADER_NAMES } from '../../../shared/headerNames.ts';
import { everyBlock } from '../syntax/everyBlock.ts';
import { compare, type Position, type Range } from '../syntax/range.ts';
import type { Directive, RequestFile } from '../syntax/tree.ts';
import type { StepProtocol } from '../plan/stepVerb.ts';
import { CLOSE_CODES } from '../../session/doctor/closeCodes.ts';
import { HANDSHAKE_SUBJECT_WORDS, SUBJECTS } from './conditionWords.ts';
import type { KnownVariable } from './completions.ts';
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
import { unitSubjects, verbDocs } from './protocolWords.ts';
import { templatesOf } from './templatesOf.ts';

/** The explanation of a place. */
export interface Hover {
  readonly range: Range;
  /**
   * Markdown written by us, safe to render. For a variable it is plain text, because it contains names of environments.
   */
  readonly text: string;
  readonly isPlain?: true;
  /** Foreign text, such as a variable's value. Show it as is, never as Markdown. */
  readonly code?: string;
}

export interface HoverSources {
  readonly options: ReadonlyMap<string, DirectiveDoc>;
  readonly dynamicVariables: ReadonlyMap<string, string>;
  /** Resolves a name at a place to a variable. */
  readonly variable: (name: string, at: Position) => KnownVariable | undefined;
  /** The protocol of the steps at a place. */
  readonly stepProtocol: (at: Position) => StepProtocol | undefined;
}

/** Explains the name at a place: a variable's value and origin, or the purpose of a directive or a header. */
export function hover(file: RequestFile, at: Position, sources: HoverSources): Hover | undefined {
  return (
    variableHover(file, at, sources) ??
    subjectHover(file, at, sources) ??
    directiveHover(file, at, sources) ??
    headerHover(file, at)
  );
}

function variableHover(file: RequestFile, at: Position, sources: HoverSources): Hover | undefined {
  for (const { parts } of templatesOf(file))
    for (const part of parts) {
      if (typeof part === 'string' || !covers(part.range, at)) continue;
      const name = part.name.text;
      if (name.startsWith('$')) {
        const text = sources.dynamicVariables.get(name);
        return text === undefined ? undefined : { range: part.range, text };
      }
      const known = sources.variable(name, part.range.start);
      if (!known) return undefined;
      return {
        range: part.range,
        text: known.origin,
        isPlain: true,
        ...(known.value !== undefined && { code: known.value }),
      };
    }
  const definition = file.variables.find(({ name }) => covers(name.range, at));
  const below = definition && { line: definition.range.start.line + 1, character: 0 };
  const known = below && sources.variable(definition.name.text, below);
  if (!known) return undefined;
  return {
    range: definition.name.range,
    text: known.origin,
    isPlain: true,
    ...(known.value !== undefined && { code: known.value }),
  };
}

function directiveHover(
  file: RequestFile,
  at: Position,
  { options, stepProtocol }: HoverSources,
): Hover | undefined {
  const of = (
    directives: readonly Directive[],
    ...docs: ReadonlyMap<string, DirectiveDoc>[]
  ): Hover | undefined => {
    const directive = directives.find(({ range }) => covers(range, at));
    if (!directive) return undefined;
    const { name, argument } = directive;
    if (name.text === 'close' && argument && covers(argument.range, at)) {
      const [code] = argument.parts;
      const text = typeof code === 'string' ? CLOSE_CODES.get(code.slice(0, 4)) : undefined;
      if (text !== undefined) return { range: argument.range, text };
    }
    const ofFault = faultHover(directive, at);
    if (ofFault) return ofFault;
    const found = docs.map((map) => map.get(name.text)).find((doc) => doc !== undefined);
    return found && { range: name.range, text: `\`${found.usage}\`\n\n${found.text}` };
  };
  const inDefaults = of(file.defaults?.directives ?? [], REQUEST_DIRECTIVE_DOCS, options);
  if (inDefaults) return inDefaults;
  const known = stepProtocol(at);
  const verbs = known ? [verbDocs(known)] : [];
  for (const { role, listen, directives, steps } of everyBlock(file)) {
    const docs = listen
      ? PROXY_DIRECTIVE_DOCS
      : role === 'server'
        ? SERVER_DIRECTIVE_DOCS
        : REQUEST_DIRECTIVE_DOCS;
    const ofSteps = role === 'server' ? [SERVER_STEP_DIRECTIVE_DOCS] : [];
    const found =
      of(directives, docs, options) ??
      steps
        .map((step) => of(step.directives, ...verbs, STEP_DIRECTIVE_DOCS, ...ofSteps))
        .find((each) => each !== undefined);
    if (found) return found;
  }
  return undefined;
}

/** The kind of a fault, or a word after it. */
function faultHover({ fault }: Directive, at: Position): Hover | undefined {
  if (!fault) return undefined;
  const { fault: kind, clauses } = fault;
  if (covers(kind.range, at)) return { range: kind.range, text: FAULT_WORDS[kind.text] };
  const clause = clauses.find(({ name }) => covers(name.range, at));
  const text = clause && FAULT_CLAUSE_WORDS.get(clause.name.text);
  return text === undefined ? undefined : { range: clause!.name.range, text };
}

/** The subject of a condition or a capture. */
function subjectHover(file: RequestFile, at: Position, { stepProtocol }: HoverSources): Hover | undefined {
  for (const { directives, steps } of everyBlock(file))
    for (const each of [...directives, ...steps.flatMap((step) => step.directives)]) {
      const subject = each.condition?.subject ?? each.capture?.subject ?? each.fault?.condition?.subject;
      if (!subject || !covers(subject.range, at)) continue;
      const word = subject.alias ?? subject.of;
      const known = stepProtocol(at);
      const text =
        SUBJECTS.get(word) ??
        HANDSHAKE_SUBJECT_WORDS.get(word) ??
        (known && (unitSubjects(known).get(word) ?? unitSubjects(known).get(subject.of)));
      return text === undefined ? undefined : { range: subject.range, text };
    }
  return undefined;
}

function headerHover(file: RequestFile, at: Position): Hover | undefined {
  const header = everyBlock(file)
    .flatMap(({ headers }) => headers)
    .find(({ name }) => covers(name.range, at));
  if (!header) return undefined;
  const [, text] =
    [...HEADER_NAMES].find(([name]) => name.toLowerCase() === header.name.text.toLowerCase()) ?? [];
  return text === undefined ? undefined : { range: header.name.range, text };
}

function covers({ start, end }: Range, at: Position): boolean {
  return compare(start, at) <= 0 && compare(at, end) <= 0;
}
