import {
  NAME_ALIASES,
  OPERATORS,
  SUBJECT_NAMES,
  type Capture,
  type Condition,
  type Operator,
  type Subject,
} from './conditionTree.ts';
import type { Problem } from './diagnostic.ts';
import { excerpt } from '../../text/excerpt.ts';
import { createFlatText, type FlatText } from './flatText.ts';
import { nearest } from '../../text/nearest.ts';
import { VARIABLE_NAME, type Template } from './template.ts';

// Parses conditions and captures. Their values are checked after they are filled in.

/** @param source the line that the argument was read from */
export function parseCondition(source: string, argument: Template): Condition | Problem {
  const flat = createFlatText(source, argument);
  const subject = parseSubject(flat, 0);
  if ('code' in subject) return subject;
  let operatorAt = blanksEnd(flat.text, subject.end);
  let operatorEnd = wordEnd(flat.text, operatorAt);
  const isNegated = flat.text.slice(operatorAt, operatorEnd) === 'not';
  const negation = isNegated ? flat.word(operatorAt, operatorEnd) : undefined;
  if (isNegated) {
    operatorAt = blanksEnd(flat.text, operatorEnd);
    operatorEnd = wordEnd(flat.text, operatorAt);
  }
  const operator = flat.text.slice(operatorAt, operatorEnd);
  if (!isOperator(operator))
    return condition(flat, operatorAt, operatorEnd, operatorProblem(operator, flat, subject.end));
  const valueAt = blanksEnd(flat.text, operatorEnd);
  const end = flat.text.length;
  if (operator === 'exists' && valueAt < end)
    return condition(flat, valueAt, end, 'Nothing follows exists: remove the rest, or use another operator.');
  if (operator !== 'exists' && valueAt === end)
    return condition(
      flat,
      operatorAt,
      end,
      `A value is missing after ${operator}: write ${EXAMPLES[operator]}.`,
    );
  return {
    kind: 'condition',
    range: argument.range,
    subject: subject.node,
    negation,
    operator: { text: operator, range: flat.range(operatorAt, operatorEnd) },
    value: operator === 'exists' ? undefined : flat.slice(valueAt, end),
  };
}

export function parseCapture(source: string, argument: Template): Capture | Problem {
  const flat = createFlatText(source, argument);
  const nameEnd = /^[^\s=]*/.exec(flat.text)![0].length;
  const equals = blanksEnd(flat.text, nameEnd);
  const name = flat.text.slice(0, nameEnd);
  if (flat.text[equals] !== '=' || !VARIABLE_NAME.test(name))
    return {
      code: 'capture.syntax',
      range: argument.range,
      message:
        'This captures nothing: write @capture name = subject, as in @capture id = $.id, the name of letters, digits, _, - and dots.',
    };
  const subjectAt = blanksEnd(flat.text, equals + 1);
  const subject = parseSubject(flat, subjectAt);
  if ('code' in subject) return { ...subject, code: 'capture.syntax' };
  const rest = blanksEnd(flat.text, subject.end);
  if (rest < flat.text.length)
    return {
      code: 'capture.syntax',
      range: flat.range(rest, flat.text.length),
      message: 'A capture ends after its subject: remove the rest, or write a condition with @expect.',
    };
  return { kind: 'capture', range: argument.range, name: flat.word(0, nameEnd), subject: subject.node };
}

const EXAMPLES: Readonly<Record<Exclude<Operator, 'exists'>, string>> = {
  '==': 'a JSON value, as in == "done" or == 1.5',
  '!=': 'a JSON value, as in != null',
  '>': 'a number or a string, as in > 100',
  '>=': 'a number or a string, as in >= 100',
  '<': 'a number or a string, as in < 100',
  '<=': 'a number or a string, as in <= 100',
  contains: 'a JSON value, as in contains "error"',
  startsWith: 'a string, as in startsWith "v1"',
  endsWith: 'a string, as in endsWith ".json"',
  matches: 'a regular expression, as in matches /^[a-z]+$/i',
  isType: 'the name of a type, as in isType "number"',
  in: 'a list, as in in ["open", "closed"]',
  schema: 'a file, as in schema ./message.schema.json',
};

function condition(flat: FlatText, from: number, to: number, message: string): Problem {
  return { code: 'condition.syntax', range: flat.range(from, to), message };
}

function operatorProblem(word: string, { text }: FlatText, subjectEnd: number): string {
  if (word === '') {
    const open = openBracket(text.slice(0, subjectEnd));
    if (open !== undefined) return `This ${open} is not closed: the subject goes on to the end of the line.`;
    const glued = /[=!<>]=|[<>]/.exec(text.slice(0, subjectEnd))?.[0];
    return glued === undefined || text.startsWith('$[')
      ? 'An operator is missing: write subject operator value, as in $.type == "done".'
      : `The subject ends at the first blank: leave a blank before and after ${glued}.`;
  }
  if (word === '=') return 'Values are compared with ==: write == instead of =.';
  const meant = nearest(word, OPERATORS);
  return `${excerpt(word)} is not an operator: ${meant === undefined ? `use one of ${OPERATORS.join(' ')}.` : `did you mean ${meant}?`}`;
}

function isOperator(word: string): word is Operator {
  return (OPERATORS as readonly string[]).includes(word);
}

function parseSubject(flat: FlatText, from: number): { node: Subject; end: number } | Problem {
  const { text } = flat;
  const end = subjectEnd(text, from);
  const word = text.slice(from, end);
  if (word.startsWith('$') || flat.hasReference(from, Math.min(end, from + 1)))
    return {
      node: {
        kind: 'subject',
        range: flat.range(from, end),
        of: 'jsonPath',
        argument: flat.slice(from, end),
      },
      end,
    };
  const plain = { kind: 'subject', range: flat.range(from, end), argument: undefined } as const;
  if (/^payload[.[]/.test(word)) {
    const argument = flat.slice(from + 'payload'.length, end);
    return { node: { ...plain, of: 'payload', argument }, end };
  }
  const alias = NAME_ALIASES.find((known) => known === word);
  if (alias !== undefined) return { node: { ...plain, of: 'name', alias }, end };
  const name = SUBJECT_NAMES.find((known) => known === word);
  if (name === undefined) return condition(flat, from, Math.max(end, from), subjectProblem(word));
  if (name !== 'header' && name !== 'message-header') return { node: { ...plain, of: name }, end };
  const headerAt = blanksEnd(text, end);
  const headerEnd = wordEnd(text, headerAt);
  if (headerEnd === headerAt)
    return condition(
      flat,
      from,
      end,
      `The name of the header is missing: write it as in ${name} ${name === 'header' ? 'Set-Cookie' : 'content-type'}.`,
    );
  return {
    node: {
      kind: 'subject',
      range: flat.range(from, headerEnd),
      of: name,
      argument: flat.slice(headerAt, headerEnd),
    },
    end: headerEnd,
  };
}

function subjectProblem(word: string): string {
  const subjects = `a JSONPath such as $.type, ${SUBJECT_NAMES.slice(0, -1).join(', ')} or ${SUBJECT_NAMES.at(-1)}`;
  if (word === '') return `A subject is missing: write ${subjects}.`;
  const meant = nearest(word, [...SUBJECT_NAMES, ...NAME_ALIASES]);
  if (meant !== undefined) return `${excerpt(word)} is not a subject: did you mean ${meant}?`;
  return `${excerpt(word)} is not a subject: write ${subjects}.`;
}

/** Finds the bracket or quote that is never closed. */
function openBracket(subject: string): string | undefined {
  const open: string[] = [];
  for (const [token] of subject.matchAll(/"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|[[\]()]/g)) {
    const isQuote = token[0] === '"' || token[0] === "'";
    if (isQuote && (token.length === 1 || token.at(-1) !== token[0])) return token[0];
    if (token === '[' || token === '(') open.push(token);
    else if (!isQuote) open.pop();
  }
  return open.at(-1);
}

/** The first blank outside brackets and quotes. */
function subjectEnd(text: string, from: number): number {
  let depth = 0;
  let quote = '';
  for (let at = from; at < text.length; at++) {
    const character = text[at]!;
    if (quote !== '') {
      if (character === '\\') at++;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '[' || character === '(') depth++;
    else if (character === ']' || character === ')') depth--;
    else if (depth <= 0 && /\s/.test(character)) return at;
  }
  return text.length;
}

function blanksEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at]!)) at++;
  return at;
}

function wordEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !/\s/.test(text[at]!)) at++;
  return at;
}
