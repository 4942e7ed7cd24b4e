import { DuplexError } from '../../../shared/errors.ts';
import { safeTextLength } from '../../search/regexCost.ts';
import { regexProblem } from '../../search/regexProblem.ts';
import type { Operator, SubjectName } from '../syntax/conditionTree.ts';
import type { DiagnosticCode } from '../syntax/diagnostic.ts';
import { excerpt } from '../../text/excerpt.ts';
import { parseDuration, parseSize } from '../../text/units.ts';
import { equalJson, orderJson } from './compareJson.ts';
import { isInteger } from './decimal.ts';
import { isTooDeep, MAX_JSON_DEPTH, parseExact, spelling, typeOf, type ExactJson } from './exactJson.ts';

export type ValueTest = (value: ExactJson) => boolean;

export type CompiledOperator =
  | { readonly test: ValueTest; readonly literal?: ExactJson; readonly timeLimitFrom?: number }
  | { readonly schema: string }
  | { readonly code: DiagnosticCode; readonly message: string };

/** The types that `isType` distinguishes. */
export const JSON_TYPES = ['string', 'number', 'integer', 'boolean', 'null', 'array', 'object'] as const;

/**
 * Compiles the test that an operator applies to one value.
 * @param written the operator's value with variables filled in; '' if it takes none
 * @param quoted the value as messages may quote it: values of variables are not repeated
 */
export function compileOperator(
  operator: Operator,
  written: string,
  subject: SubjectName,
  quoted: string,
): CompiledOperator {
  if (operator === 'exists') return { test: () => true };
  if (operator === 'schema')
    return written.trim() === ''
      ? wrong('The name of a file is missing after schema: write it as in schema ./message.schema.json.')
      : { schema: written.trim() };
  if (operator === 'matches') return compileMatches(written, quoted);
  const literal = readLiteral(written, subject);
  if (literal === undefined)
    return wrong(
      `${quoted} is not a JSON value: write text in double quotes, as in "done"; numbers, true, false, null, lists and objects without.`,
    );
  if (isTooDeep(written))
    return wrong(
      `The value is nested deeper than ${MAX_JSON_DEPTH} levels, deeper than messages are searched: shorten it.`,
    );
  return compileWith(operator, literal.value, quoted);
}

function compileWith(
  operator: Exclude<Operator, 'exists' | 'schema' | 'matches'>,
  literal: ExactJson,
  quoted: string,
): CompiledOperator {
  const type = typeOf(literal);
  switch (operator) {
    case '==':
      return { literal, test: (value) => equalJson(value, literal) };
    case '!=':
      return { literal, test: (value) => !equalJson(value, literal) };
    case '>':
    case '>=':
    case '<':
    case '<=':
      if (type !== 'number' && type !== 'string')
        return wrong(`${operator} compares numbers, or strings: ${quoted} is neither; use == for it.`);
      return { literal, test: (value) => isOrdered(operator, orderJson(value, literal)) };
    case 'contains':
      return { literal, test: (value) => isIn(literal, value) };
    case 'in':
      if (type !== 'array')
        return wrong(
          `in takes a list, as in in ["open", "closed"]: ${quoted} is not a list; use == for one value.`,
        );
      return { literal, test: (value) => (literal as unknown[]).some((each) => equalJson(each, value)) };
    case 'startsWith':
    case 'endsWith': {
      if (type !== 'string')
        return wrong(`${operator} takes text in double quotes, as in ${operator} "v1", and not ${quoted}.`);
      const edge = spelling(literal);
      const has = (text: string): boolean =>
        operator === 'startsWith' ? text.startsWith(edge) : text.endsWith(edge);
      return { literal, test: (value) => typeOf(value) === 'string' && has(spelling(value)) };
    }
    case 'isType': {
      const wanted = type === 'string' ? spelling(literal) : '';
      if (!JSON_TYPES.some((each) => each === wanted))
        return wrong(`${quoted} is not a type: write ${JSON_TYPES.map((each) => `"${each}"`).join(', ')}.`);
      return { test: (value) => isOfType(value, wanted) };
    }
  }
}

function isOfType(value: ExactJson, wanted: string): boolean {
  const type = typeOf(value);
  return type === wanted || (wanted === 'integer' && type === 'number' && isInteger(spelling(value)));
}

function isOrdered(operator: '>' | '>=' | '<' | '<=', order: number | undefined): boolean {
  if (order === undefined) return false;
  if (operator === '>') return order > 0;
  if (operator === '>=') return order >= 0;
  return operator === '<' ? order < 0 : order <= 0;
}

/** Text in text, an element of a list, or the name of a member of an object. */
function isIn(part: ExactJson, whole: ExactJson): boolean {
  switch (typeOf(whole)) {
    case 'array':
      return (whole as unknown[]).some((each) => equalJson(each, part));
    case 'string':
      return typeOf(part) === 'string' && spelling(whole).includes(spelling(part));
    case 'object':
      return typeOf(part) === 'string' && Object.hasOwn(whole as object, spelling(part));
    default:
      return false;
  }
}

/** A JSON literal; for a latency also a duration with its unit, for a size one with its unit. */
function readLiteral(written: string, subject: SubjectName): { readonly value: ExactJson } | undefined {
  const literal = parseExact(written);
  if (literal) return literal;
  if (subject !== 'latency' && subject !== 'size') return undefined;
  const measured = subject === 'latency' ? parseDuration(written) : parseSize(written);
  return 'problem' in measured ? undefined : measured;
}

function compileMatches(written: string, quoted: string): CompiledOperator {
  const match = /^\/(.*)\/([a-z]*)$/s.exec(written.trim());
  if (!match)
    return wrong(
      `${quoted} is not a regular expression: write it between slashes, as in matches /^[a-z]+$/i.`,
      'condition.regex',
    );
  const [, pattern = '', flags = ''] = match;
  if (!/^(?!.*(.).*\1)[imsu]*$/.test(flags))
    return wrong(
      `${excerpt(flags)} is none of the flags i, m, s and u, once each: write them after the last slash.`,
      'condition.regex',
    );
  const regex = tryRegex(pattern, flags.includes('u') ? flags : `${flags}u`) ?? tryRegex(pattern, flags);
  if (!regex) return wrong(regexProblem(pattern), 'condition.regex');
  const test = (value: ExactJson): boolean => {
    const type = typeOf(value);
    return (type === 'string' || type === 'number') && matches(regex, spelling(value));
  };
  // With the flag m, ^ stands at each line and anchors nothing.
  return { test, timeLimitFrom: safeTextLength(flags.includes('m') ? `(?:${pattern})` : pattern) };
}

/**
 * @throws DuplexError `file.invalid` if the engine gives up on the pattern: it is fully compiled only at its first use
 */
function matches(regex: RegExp, text: string): boolean {
  try {
    return regex.test(text);
  } catch (cause) {
    throw new DuplexError(
      'file.invalid',
      `The regular expression cannot be compiled (${(cause as Error).message.replace(/^.*: /s, '')}): shorten it.`,
      { cause },
    );
  }
}

function tryRegex(pattern: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(pattern, flags);
  } catch {
    // The error is reported only after both readings have failed.
    return undefined;
  }
}

function wrong(message: string, code: DiagnosticCode = 'condition.value'): CompiledOperator {
  return { code, message };
}
