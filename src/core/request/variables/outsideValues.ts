import { isSecretName } from '../../session/secrets/secretName.ts';
import { excerpt } from '../../text/excerpt.ts';
import type { Scope } from './scope.ts';
import type { Template } from '../syntax/template.ts';
import { LATER, problem, type OutsideSource, type Value, type ValuePorts } from './values.ts';
import { NO_DOTENV, type Dotenv, type EnvironmentContext } from './environmentContext.ts';

/** Where values are asked for that neither the file nor an environment holds. What is missing is undefined. */
export interface OutsidePorts {
  /** A variable of the process. */
  env(name: string): string | undefined;
  secret(name: string): Promise<string | undefined>;
  /** What the user types. */
  prompt(text: string): Promise<string | undefined>;
  /** How to provide a secret that is missing, and what to do where nobody can be asked: the ends of a sentence. */
  readonly remedies: {
    readonly secret: (name: string) => string;
    readonly prompt: string;
  };
}

/** Values by source and name. */
export type OutsideValues = ReadonlyMap<string, Value>;

/**
 * Fetches all that these texts need from outside, each once, one after the other, so that a user is asked one
 * question at a time.
 * @param scopeWith makes a scope that takes them from the given port
 * @param before what was fetched already
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
    return LATER;
  });
  for (const template of templates) scope.resolve(template);
  const values = new Map(before);
  for (const [key, [source, name]] of wanted) {
    if (!values.has(key)) values.set(key, await fetchValue(source, name, environmentContext, ports));
  }
  return values;
}

/** The port that gives out what was fetched. */
export function fetchedOutside(values: OutsideValues): NonNullable<ValuePorts['outside']> {
  return (source, name) =>
    values.get(keyOf(source, name)) ??
    problem(
      'variable.unsupported',
      `{{$${source} ${name.slice(0, 40)}}} was not known to be needed before the run: put it in a variable of the request file.`,
    );
}

export function dotenvValue({ path, values, problem: unreadable }: Dotenv, name: string): Value {
  const text = values.get(name);
  if (text !== undefined) return namedValue(name, text);
  if (unreadable !== undefined)
    return problem(
      'environment.file',
      `.env cannot be read (${unreadable}): make it readable, or remove it.`,
    );
  const where =
    path !== undefined ? 'add it there.' : 'there is none in the folder of the request file or above it.';
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
      return dotenvValue(environmentContext.dotenv ?? NO_DOTENV, name);
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
      const text = await ports.prompt(name);
      if (text !== undefined) return namedValue(name, text);
      return problem('variable.unknown', `${excerpt(name)} was not answered: ${ports.remedies.prompt}`);
    }
  }
}

/** A value that is a secret where its name says so. */
function namedValue(name: string, text: string): Value {
  return { text, ...(isSecretName(name) && { isSecret: true as const }) };
}

function keyOf(source: OutsideSource, name: string): string {
  return `${source} ${name}`;
}
