import { maskHeaders } from '../../session/secrets/mask.ts';
import { HANDSHAKE_SUBJECTS, type Condition, type Subject } from '../syntax/conditionTree.ts';
import type { Problem } from '../syntax/diagnostic.ts';
import { excerpt } from '../../text/excerpt.ts';
import type { Range } from '../syntax/range.ts';
import type { Scope } from '../variables/scope.ts';
import { compileOperator, type CompiledOperator, type ValueTest } from './compileOperator.ts';
import { exactString, MAX_JSON_DEPTH, showJson, spelling, typeOf, type ExactJson } from './exactJson.ts';
import { fillTemplate } from './fillTemplate.ts';
import type { Judged } from './judged.ts';
import { compileSubject, type CompiledSubject } from './subjectValues.ts';

/** Returns one sentence per schema violation; an empty list if the value is valid. */
export type SchemaCheck = (value: unknown) => readonly string[];

/** Maximum characters of a message in a report. */
const MAX_SHOWN = 300;
const MAX_VALUES_SHOWN = 5;

/** A condition with its variables filled in and checked, ready to be judged. */
export interface CompiledCondition {
  readonly range: Range;
  /** The condition as it is judged: `$.price > 100`. */
  readonly written: string;
  /** The file of its JSON Schema. If it is set, judging needs `schema`. */
  readonly schema: string | undefined;
  /** Whether the condition can apply to a close. */
  readonly isOfClose: boolean;
  /** Whether it reads the payload of a message, not only facts such as kind and size. */
  readonly needsPayload: boolean;
  /** Messages of this many bytes or more need a time limit, because the condition holds a regular expression. */
  readonly timeLimitFrom: number;
  holds(judged: Judged, schema?: SchemaCheck): boolean;
  /** The actual value of its subject, as text for a report. */
  actual(judged: Judged, schema?: SchemaCheck): string;
  /** How close a message that fails the condition comes to meeting it: from 0 to below 1. */
  nearness(judged: Judged): number;
}

export function compileCondition(
  condition: Condition,
  scope: Scope,
): CompiledCondition | { readonly problems: readonly Problem[] } {
  const subject = compileSubject(condition.subject, scope);
  const value = condition.value ? fillTemplate(condition.value, scope) : { text: '' };
  if ('problems' in subject)
    return 'problems' in value ? { problems: [...subject.problems, ...value.problems] } : subject;
  if ('problems' in value) return value;
  const { text: name } = condition.operator;
  const isLiteral = condition.value?.parts.every((part) => typeof part === 'string') ?? true;
  const quoted = isLiteral ? excerpt(value.text) : 'What the variable stands for';
  const operator = compileOperator(name, value.text, condition.subject.of, quoted);
  if ('code' in operator)
    return { problems: [{ ...operator, range: condition.value?.range ?? condition.operator.range }] };

  const isNegated = condition.negation !== undefined;
  const words = [subject.written, ...(isNegated ? ['not'] : []), name];
  const schema = 'schema' in operator ? operator.schema : undefined;
  const testWith = (check: SchemaCheck | undefined): ValueTest => {
    if (!('schema' in operator)) return operator.test;
    if (!check) throw new Error(`The schema ${operator.schema} was not read.`);
    return (each) => check(plainJson(each)).length === 0;
  };
  const literal = 'test' in operator ? operator.literal : undefined;
  return {
    range: condition.range,
    written: (condition.value ? [...words, value.text] : words).join(' '),
    schema,
    isOfClose: subject.isOfClose,
    needsPayload: subject.needsPayload,
    timeLimitFrom: Math.min(subject.timeLimitFrom, operatorBound(operator, condition.subject)),
    holds(judged, check) {
      const holds = subject.values(judged).some(testWith(check)) !== isNegated;
      // Nothing is known about a value that nests too deeply, not even whether it exists.
      return holds && !(subject.isOfJson && judged.isTooDeep);
    },
    actual(judged, check) {
      const values = subject.values(judged);
      const shown = showValues(values, subject, judged);
      const [first] = values;
      const violations = check && first !== undefined ? check(plainJson(first)) : [];
      return violations.length > 0 ? `${shown}: ${violations.slice(0, MAX_VALUES_SHOWN).join('; ')}` : shown;
    },
    nearness: (judged) => Math.max(0, ...subject.values(judged).map((each) => alikeness(each, literal))),
  };
}

/** Messages of this many bytes or more need a time limit; 0 if the value is not part of the message. */
function operatorBound(operator: CompiledOperator, { of }: Subject): number {
  const bound = 'test' in operator ? (operator.timeLimitFrom ?? Infinity) : 0;
  return bound !== Infinity && HANDSHAKE_SUBJECTS.has(of) ? 0 : bound;
}

/** The value of a subject as text for a report. */
function showValues(
  values: readonly ExactJson[],
  { written }: Pick<CompiledSubject, 'written'>,
  judged: Judged,
): string {
  if (values.length === 0) {
    const ofPayload = /^payload\b/.test(written);
    const isPath = ofPayload || written.startsWith('$');
    if (isPath && judged.kind === 'close') return 'nothing: it is the close';
    if (!isPath || (ofPayload ? judged.payload() : judged.json()) !== undefined) return 'nothing';
    if (judged.isTooDeep) return `nothing: the message is nested deeper than ${MAX_JSON_DEPTH} levels`;
    return judged.unit && ofPayload ? 'nothing: it has no payload' : 'nothing: the message is not JSON';
  }
  const shown = values
    .slice(0, MAX_VALUES_SHOWN)
    .map((each) => showJson(publicValue(each, written), MAX_SHOWN));
  if (written === 'latency') return `${shown[0]} ms`;
  if (written === 'size') return `${shown[0]} bytes`;
  if (values.length > MAX_VALUES_SHOWN) shown.push('…');
  return values.length === 1 ? shown[0]! : `${values.length} values: ${shown.join(', ')}`;
}

/** For a header that carries a secret, only its presence is shown. */
function publicValue(value: ExactJson, subject: string): ExactJson {
  const [, header] = /^(?:message-)?header (.*)$/s.exec(subject) ?? [];
  return header === undefined ? value : exactString(maskHeaders([[header, spelling(value)]])[0]![1]);
}

/** The value as JSON.parse returns it, for a JSON Schema. */
function plainJson(value: ExactJson): unknown {
  switch (typeOf(value)) {
    case 'number':
      return Number(spelling(value));
    case 'string':
      return spelling(value);
    case 'array':
      return (value as unknown[]).map(plainJson);
    case 'object':
      return Object.fromEntries(
        Object.entries(value as object).map(([name, each]) => [name, plainJson(each)]),
      );
    default:
      return value;
  }
}

/** How similar a value is to the expected one. Any value at all already counts. */
function alikeness(value: ExactJson, literal: ExactJson): number {
  const type = typeOf(value);
  if (literal === undefined || type !== typeOf(literal)) return 0.2;
  if (type === 'number') {
    const distance = Math.abs(Number(spelling(value)) - Number(spelling(literal)));
    return 0.4 + 0.5 / (1 + (Number.isFinite(distance) ? distance : 1e9));
  }
  if (type !== 'string') return 0.4;
  const [a, b] = [spelling(value).toLowerCase(), spelling(literal).toLowerCase()];
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  return 0.4 + (0.5 * same) / Math.max(a.length, b.length, 1);
}
