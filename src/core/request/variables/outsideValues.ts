import { isSecretName } from '../../text/secretName.ts';
import { excerpt } from '../../text/excerpt.ts';
import type { Scope } from './scope.ts';
import type { Template } from '../syntax/template.ts';
import { KNOWN_AT_RUN, problem, type OutsideSource, type Value, type ValuePorts } from './value.ts';
import { NO_DOTENV, searchedPlace, type Dotenv, type EnvironmentContext } from './environmentContext.ts';

/** How the user is asked. */
export interface Question {
  /** The proposed value, which also counts if nobody can be asked. */
  readonly fallback?: string;
  /** The values to choose from. */
  readonly choices?: readonly string[];
  /** Whether the input is hidden while it is typed. */
  readonly isHidden?: boolean;
}

/** The output of a command, or one sentence that explains why there is none. */
export type CommandOutput = { readonly text: string } | { readonly problem: string };

/** The source of values that neither the file nor an environment holds. Missing values are undefined. */
export interface OutsidePorts {
  /** A variable of the process. */
  env(name: string): string | undefined;
  secret(name: string): Promise<string | undefined>;
  /** The user's input or choice. */
  prompt(text: string, question?: Question): Promise<string | undefined>;
  /** Runs a program without a shell. @param line program and arguments, quoted as in a shell */
  command(line: string): Promise<CommandOutput>;
  /** How to provide a missing secret, and what to do if nobody can be asked: the ends of a sentence. */
  readonly remedies: {
    readonly secret: (name: string) => string;
    readonly prompt: string;
  };
}

/** Values by source and name. */
export type OutsideValues = ReadonlyMap<string, Value>;

/**
 * Fetches everything that these texts need from outside. Each value is fetched once, one after the other, so that the
 * user is asked one question at a time.
 * @param scopeWith creates a scope that takes the values from the given port
 * @param before values that were already fetched
 */
export async function fetchOutside(
  templates: Iterable<Template>,
  scopeWith: (outside: ValuePorts['outside']) => Scope,
  environmentContext: EnvironmentContext,
  ports: OutsidePorts,
  before: OutsideValues = new Map(),
): Promise<OutsideValues> {
  const wanted = new Map<string, readonly [OutsideSource, string]>();
  const scope = scopeWith((source, name) => {
    wanted.set(keyOf(source, name), [source, name]);
    return KNOWN_AT_RUN;
  });
  for (const template of templates) scope.resolve(template);
  const values = new Map(before);
  for (const [key, [source, name]] of wanted) {
    if (!values.has(key)) values.set(key, await fetchValue(source, name, environmentContext, ports));
  }
  return values;
}

/** A port that returns the fetched values. */
export function createFetchedPort(values: OutsideValues): NonNullable<ValuePorts['outside']> {
  return (source, name) =>
    values.get(keyOf(source, name)) ??
    problem(
      'variable.unsupported',
      `{{$${source} ${name.slice(0, 40)}}} appears only during the run, when it is too late to fetch its value: put it in a variable of the request file.`,
    );
}

export function dotenvValue(
  { path, values, problem: unreadable }: Dotenv,
  name: string,
  searched: EnvironmentContext['searched'],
): Value {
  const text = values.get(name);
  if (text !== undefined) return namedValue(name, text);
  if (unreadable !== undefined)
    return problem(
      'environment.file',
      `.env cannot be read (${unreadable}): make it readable, or remove it.`,
    );
  const where = path !== undefined ? 'add it there.' : `there is none ${searchedPlace(searched)}.`;
  return problem('variable.unknown', `.env has no ${excerpt(name)}: ${where}`);
}

async function fetchValue(
  source: OutsideSource,
  name: string,
  environmentContext: EnvironmentContext,
  ports: OutsidePorts,
): Promise<Value> {
  switch (source) {
    case 'dotenv':
      return dotenvValue(environmentContext.dotenv ?? NO_DOTENV, name, environmentContext.searched);
    case 'env': {
      const text = ports.env(name);
      if (text !== undefined) return namedValue(name, text);
      return problem(
        'variable.unknown',
        `The variable ${excerpt(name)} of the process is not set: set it, or correct its name.`,
      );
    }
    case 'secret': {
      const text = await ports.secret(name);
      if (text !== undefined) return { text, isSecret: true };
      return problem(
        'variable.unknown',
        `The secret ${excerpt(name)} is not set: ${ports.remedies.secret(name)}`,
      );
    }
    case 'prompt': {
      return answerOf(name, await ports.prompt(name), ports);
    }
    case 'input': {
      const {
        text,
        values: [fallback],
      } = splitQuestion(name);
      return answerOf(text, await ports.prompt(text, fallback === undefined ? {} : { fallback }), ports);
    }
    case 'password': {
      const answer = answerOf(name, await ports.prompt(name, { isHidden: true }), ports);
      return 'text' in answer ? { ...answer, isSecret: true } : answer;
    }
    case 'pick': {
      const { text, values } = splitQuestion(name);
      const choices = values.flatMap((each) => each.split(',')).map((each) => each.trim());
      return answerOf(text, await ports.prompt(text, { choices }), ports);
    }
    case 'command': {
      const output = await ports.command(name);
      // Tokens are what commands are run for.
      return 'text' in output
        ? { text: output.text, isSecret: true }
        : problem('variable.command', output.problem);
    }
    case 'projectRoot':
      if (environmentContext.searched) return { text: environmentContext.searched.root };
      return problem(
        'variable.unknown',
        '{{$projectRoot}} has no value, because the file lies in no folder: save it, or write the folder itself.',
      );
  }
}

function answerOf(question: string, text: string | undefined, { remedies }: OutsidePorts): Value {
  if (text !== undefined) return namedValue(question, text);
  return problem('variable.unknown', `${excerpt(question)} was not answered: ${remedies.prompt}`);
}

/** `User name $value: anna`: httpYac's syntax for a proposed value or choices. */
function splitQuestion(written: string): {
  readonly text: string;
  readonly values: readonly string[];
} {
  const at = written.indexOf('$value:');
  if (at === -1) return { text: written, values: [] };
  return { text: written.slice(0, at).trim(), values: [written.slice(at + '$value:'.length).trim()] };
}

/** A value that is a secret if its name suggests it. */
function namedValue(name: string, text: string): Value {
  return { text, ...(isSecretName(name) && { isSecret: true as const }) };
}

function keyOf(source: OutsideSource, name: string): string {
  return `${source} ${name}`;
}
