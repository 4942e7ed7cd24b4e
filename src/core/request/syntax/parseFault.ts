import { excerpt } from '../../text/excerpt.ts';
import { nearest } from '../../text/nearest.ts';
import type { Problem } from './diagnostic.ts';
import {
  CLAUSE_NAMES,
  FAULT_FORMS,
  type ClauseName,
  type Fault,
  type FaultClause,
  type FaultForm,
  type FaultKind,
} from './faultTree.ts';
import { createFlatText, type FlatText } from './flatText.ts';
import { parseCondition } from './parseCondition.ts';
import type { Text } from './range.ts';
import type { Template } from './template.ts';

/** More words than any fault has: the rest of a longer line is not read. */
const MAX_WORDS = 64;

/**
 * Parses the argument of `@fault`. Values are checked after they are filled in.
 * @param source the line that the argument was read from
 */
export function parseFault(source: string, argument: Template): Fault | Problem {
  const flat = createFlatText(source, argument);
  const words = wordsOf(flat);
  const [first] = words;
  const problem = (message: string, { from, to }: Word): Problem => ({
    code: 'fault.syntax',
    range: flat.range(from, to),
    message,
  });
  if (!first || !isFault(first.text)) return problem(unknownFault(first?.text ?? ''), first ?? NOTHING);
  const kind = first.text;
  const form: FaultForm = FAULT_FORMS[kind];
  let next = 1;
  let value: Template | undefined;
  const second = words[next];
  if (form.value !== 'none' && second && !isClause(second.text) && second.text !== 'where') {
    value = flat.slice(second.from, second.to);
    next++;
  }
  if (form.value === 'needed' && !value)
    return problem(`A value is missing: write @fault ${kind} ${form.sample}.`, first);
  const clauses: FaultClause[] = [];
  for (let word = words[next]; word; word = words[next]) {
    if (word.text === 'where') break;
    if (!isClause(word.text) || !form.clauses.includes(word.text))
      return problem(unknownClause(word.text, kind, form), word);
    const name = word.text;
    if (clauses.some((clause) => clause.name.text === name))
      return problem(`${name} is given twice: remove one of them.`, word);
    next++;
    const given = takesValue(name) ? words[next] : undefined;
    if (takesValue(name) && (!given || isClause(given.text)))
      return problem(`A value is missing after ${name}: write ${CLAUSE_SAMPLES[name]}.`, word);
    if (given) next++;
    const unit = name === 'after' ? words[next] : undefined;
    const hasUnit = unit !== undefined && /^(?:message|connection)s?$/.test(unit.text);
    if (hasUnit) next++;
    clauses.push({
      name: { ...flat.word(word.from, word.to), text: name },
      value: given && flat.slice(given.from, given.to),
      unit: hasUnit ? flat.word(unit.from, unit.to) : undefined,
    });
  }
  const where = words[next];
  const fault: Fault = {
    kind: 'fault',
    range: argument.range,
    fault: { ...(flat.word(first.from, first.to) as Text & { text: FaultKind }) },
    value,
    clauses,
    condition: undefined,
  };
  if (!where) return fault;
  if (!form.clauses.includes('where'))
    return problem(`A ${kind} has no condition: remove where and what follows it.`, where);
  const from = where.to + /^\s*/.exec(flat.text.slice(where.to))![0].length;
  if (from >= flat.text.length)
    return problem('A condition is missing after where: write it as in where $.type == "tick".', where);
  const condition = parseCondition(source, flat.slice(from, flat.text.length));
  return 'code' in condition ? condition : { ...fault, condition };
}

/** A word between blanks; its positions are those of the flat text. */
interface Word {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const NOTHING: Word = { text: '', from: 0, to: 0 };

function wordsOf({ text }: FlatText): Word[] {
  const words: Word[] = [];
  for (const { 0: word, index } of text.matchAll(/\S+/g)) {
    words.push({ text: word, from: index, to: index + word.length });
    if (word === 'where' || words.length === MAX_WORDS) break;
  }
  return words;
}

function isFault(word: string): word is FaultKind {
  return Object.hasOwn(FAULT_FORMS, word);
}

function isClause(word: string): word is ClauseName {
  return (CLAUSE_NAMES as readonly string[]).includes(word);
}

/** The clauses that a value follows, with an example of each. */
const CLAUSE_SAMPLES: Readonly<Record<Exclude<ClauseName, 'in' | 'out'>, string>> = {
  jitter: 'a duration, as in jitter 50ms',
  after: 'messages or a time, as in after 100 messages or after 5s',
  count: 'how often it happens at most, as in count 3',
  probability: 'a number from 0 to 1, as in probability 0.1',
  seed: 'a whole number, as in seed 7',
};

function takesValue(name: ClauseName): name is keyof typeof CLAUSE_SAMPLES {
  return name in CLAUSE_SAMPLES;
}

function unknownFault(word: string): string {
  const kinds = Object.keys(FAULT_FORMS);
  const meant = word === '' ? undefined : nearest(word, kinds);
  const remedy = meant === undefined ? `use one of ${kinds.join(', ')}.` : `did you mean ${meant}?`;
  return word === '' ? `A fault is missing: ${remedy}` : `${excerpt(word)} is not a fault: ${remedy}`;
}

function unknownClause(word: string, kind: FaultKind, { clauses }: FaultForm): string {
  const meant = nearest(word, clauses);
  if (isClause(word)) return `${word} does not apply to ${kind}: ${kind} takes ${clauses.join(', ')}.`;
  return `${excerpt(word)} is not part of a ${kind}: ${meant === undefined ? `it takes ${clauses.join(', ')}.` : `did you mean ${meant}?`}`;
}
