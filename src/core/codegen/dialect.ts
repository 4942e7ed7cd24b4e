import { base64Of, commentText, type Quote } from './literals.ts';
import type { Equality, SingularPath, Program, ProgramAct, ProgramStep, Variable, Words } from './program.ts';

/**
 * Writes the common parts of a program in one language. Each function returns statements, one per line, without
 * indentation. All programs share helpers of the same names: `receive` takes the oldest message that passes a test,
 * `at` finds a value in JSON, `textOf` converts one to text.
 */
export interface Dialect {
  readonly commentMark: '//' | '#';
  readonly indent: string;
  readonly quote: Quote;
  /** How a variable is named. */
  variable(variable: Variable): string;
  /** An expression that joins quoted pieces and variables. */
  concat(pieces: readonly string[]): string;
  /** Stores the next message that passes the test in `message`. @param first whether no earlier step stored one */
  receive(within: number, test: string | undefined, first: boolean): string[];
  /** An expression about `message`. */
  equals(equality: Equality): string;
  all(tests: readonly string[]): string;
  /** Ends the program with an error unless the test holds. */
  expect(test: string, failure: string): string[];
  capture(variable: string, place: SingularPath | 'text'): string[];
  sleep(milliseconds: number): string[];
  loop(count: number, body: readonly string[]): string[];
  /** @returns undefined if the client does not support the act */
  act(act: ProgramAct, dialect: Dialect): string[] | undefined;
}

/** The parts of a program that do not depend on its steps. */
export interface ProgramUse {
  readonly receives: boolean;
  readonly json: boolean;
  readonly textOf: boolean;
  readonly sleeps: boolean;
  readonly binary: boolean;
  readonly files: boolean;
  readonly repeats: boolean;
}

export function useOf({ steps, headers }: Program): ProgramUse {
  const equalities = steps.flatMap(({ wait, expects }) => [...(wait?.conditions ?? []), ...expects]);
  const places = [
    ...equalities.map(({ subject }) => subject),
    ...steps.flatMap(({ captures }) => captures.map(({ place }) => place)),
  ];
  const kinds = new Set(steps.flatMap(({ act }) => act?.kind ?? []));
  return {
    receives: steps.some(({ wait }) => wait),
    json: places.some((place) => place !== 'text'),
    textOf:
      steps.some(({ captures }) => captures.some(({ place }) => place !== 'text')) ||
      equalities.some(({ value }) => 'spelled' in value),
    sleeps: steps.some(({ delay, repeat }) => delay > 0 || repeat.every > 0),
    binary: kinds.has('binary') || kinds.has('ping') || headers.some(([, value]) => 'basic' in value),
    files: kinds.has('file'),
    repeats: steps.some(({ repeat }) => repeat.count > 1),
  };
}

/** An expression for a text with variables. */
export function expression(words: Words, dialect: Dialect): string {
  const pieces = words.map((word) =>
    typeof word === 'string' ? dialect.quote(word) : dialect.variable(word),
  );
  if (pieces.length === 0) return dialect.quote('');
  return pieces.length === 1 ? pieces[0]! : dialect.concat(pieces);
}

/** The steps as statements, one paragraph each. */
export function stepLines(program: Program, dialect: Dialect): string[] {
  let received = false;
  return program.steps.flatMap((step, index) => {
    const lines = [
      '',
      ...comments([step.title || `Step ${index + 1}`, ...step.left], dialect),
      ...lookLines(step, dialect, !received),
      ...actLines(step, dialect),
    ];
    if (step.wait) received = true;
    return lines;
  });
}

function lookLines({ wait, expects, captures }: ProgramStep, dialect: Dialect, first: boolean): string[] {
  if (!wait) return [];
  const tests = wait.conditions.map((each) => dialect.equals(each));
  return [
    ...dialect.receive(wait.within, tests.length > 0 ? dialect.all(tests) : undefined, first),
    ...expects.flatMap((each) => dialect.expect(dialect.equals(each), `Expected ${each.written}`)),
    ...captures.flatMap(({ variable, place }) => dialect.capture(dialect.variable(variable), place)),
  ];
}

function actLines({ delay, repeat, act }: ProgramStep, dialect: Dialect): string[] {
  const wait = delay > 0 ? dialect.sleep(delay) : [];
  if (!act) return wait;
  const body = dialect.act(act, dialect);
  if (!body) return [...wait, ...comments([cannot(act)], dialect)];
  if (repeat.count === 1) return [...wait, ...body];
  const pause = repeat.every > 0 ? dialect.sleep(repeat.every) : [];
  return [...wait, ...dialect.loop(repeat.count, [...body, ...pause])];
}

const ACTS: Readonly<Record<ProgramAct['kind'], string>> = {
  text: 'send a text message',
  binary: 'send a binary message',
  ping: 'send a ping',
  close: 'close with this code',
  file: 'send a file',
  emit: 'emit an event',
  connect: 'connect to a namespace',
};

/**
 * The omissions of the steps, each with its step: the sentences that `stepLines` writes beside the
 * statements.
 */
export function stepsLeft({ steps }: Program, dialect: Dialect): string[] {
  return steps.flatMap(({ left, act }, index) =>
    [...left, ...(act && !dialect.act(act, dialect) ? [cannot(act)] : [])].map(
      (sentence) => `step ${index + 1}: ${sentence}`,
    ),
  );
}

function cannot({ kind }: ProgramAct): string {
  return `This client cannot ${ACTS[kind]}.`;
}

function comments(texts: readonly string[], { commentMark }: Pick<Dialect, 'commentMark'>): string[] {
  return texts.map((text) => `${commentMark} ${commentText(text)}`);
}

export function indented(lines: readonly string[], indent: string): string[] {
  return lines.map((line) => (line === '' ? '' : `${indent}${line}`));
}

/** Bytes in an encoding that all languages decode. */
export function base64Literal(data: Uint8Array, { quote }: Pick<Dialect, 'quote'>): string {
  return quote(base64Of(data));
}

/** The comment at the top of a program, with everything that `left` names. */
export function headComments(
  program: Program,
  dialect: Pick<Dialect, 'commentMark'>,
  install: string,
): string[] {
  const own = program.variables.filter(({ environment }) => environment !== undefined);
  return comments(
    [
      `${program.name}: written by Duplex from a request file.`,
      ...(install === '' ? [] : [install]),
      ...own.map(({ environment }) => `Set the environment variable ${environment}.`),
      ...program.left.map((sentence) => `Left out: ${sentence}`),
    ],
    dialect,
  );
}
