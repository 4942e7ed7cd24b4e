import { isSecretName } from '../../text/secretName.ts';
import type { Problem } from '../syntax/diagnostic.ts';
import type { EnvironmentVariable } from './environmentFile.ts';
import type { Environment } from './environmentContext.ts';
import type { EnvironmentTls } from './environmentTls.ts';
import { excerpt } from '../../text/excerpt.ts';
import type { Position, Range } from '../syntax/range.ts';
import type { Reference, Template } from '../syntax/template.ts';
import type { FileVariable } from '../syntax/tree.ts';
import { dynamicValue } from './dynamicVariables.ts';
import { KNOWN_AT_RUN, problem, type Value, type ValuePorts } from './value.ts';
import { variableIndex } from './variableIndex.ts';

/** Maximum length: a longer text could not be held in one string. */
const MAX_TEXT = 2 ** 28;

const MAX_NAMES_SHOWN = 5;
const MAX_NAME_SHOWN = 40;

/** The start of a message whose cause lies in another variable. */
const IN = 'In the variable ';

export type Resolved =
  | { readonly text: string; readonly isSecret?: true }
  /** An empty list means nothing is wrong, but some values become known only when the request runs. */
  | { readonly problems: readonly Problem[] };

/** The origin of a variable's value. */
export type Origin =
  | { readonly kind: 'capture' | 'override' }
  | { readonly kind: 'file'; readonly definition: FileVariable }
  | { readonly kind: 'environment'; readonly definition: EnvironmentVariable };

/** Resolves references to values. */
export interface Scope {
  /**
   * Fills in the values of a text, or returns the problems, each at its reference.
   * @param at where the text is used, if it is not part of the request file itself
   */
  resolve(template: Template, at?: Range): Resolved;
  /** The meaning of `{{name}}` at a place; undefined if it has none. Not for dynamic variables. */
  lookup(name: string, at: Position): { readonly origin: Origin; readonly value: Value } | undefined;
  /** The names that have a meaning, those with the highest precedence first. */
  names(): string[];
  /**
   * Sets a value that takes precedence over all others from now on, as `@capture` does; `KNOWN_AT_RUN` for a
   * check.
   */
  capture(name: string, value: Value): void;
  /** The TLS options of the environment, with the passphrase that was asked for. */
  readonly tls: (EnvironmentTls & { readonly passphrase?: string | undefined }) | undefined;
  /** The secrets filled in so far, to be masked in views and recordings. */
  readonly secrets: ReadonlySet<string>;
}

export interface ScopeParts {
  readonly environment?: Environment | undefined;
  /** Values that take precedence over those of the file. */
  readonly overrides?: ReadonlyMap<string, string> | undefined;
  /** The passphrase of the environment's client certificate. */
  readonly passphrase?: string | undefined;
}

/** A named value. */
type Definition = FileVariable | EnvironmentVariable;

/**
 * The variables of a file and of its environment. A reference resolves, in this order, to: a capture, an override, the
 * last definition above it in the file, the first definition below it, the environment's variable. A block may thus
 * redefine a variable. Variables of an environment see only the overrides and each other.
 * @param kept created values (`@id = {{$uuid}}`) by definition. Pass the same map to a later scope of the same session
 * to keep them
 */
export function createFileScope(
  variables: readonly FileVariable[],
  ports: ValuePorts,
  kept = new Map<string, string>(),
  { environment, overrides, passphrase }: ScopeParts = {},
): Scope {
  const index = variableIndex(variables);
  const captures = new Map<string, Value>();
  const values = new Map<Definition, Value>();
  const secrets = new Set<string>(passphrase ? [passphrase] : []);
  /** Records a secret where it enters: the rest of a text that contains it may be public. */
  const noted = (value: Value): Value => {
    if ('text' in value && value.isSecret && value.text !== '') secrets.add(value.text);
    return value;
  };

  /** A value that needs no evaluation. */
  const given = (
    name: string,
    user: Definition | undefined,
  ): { origin: Origin; value: Value } | undefined => {
    const captured = user?.kind === 'environmentVariable' ? undefined : captures.get(name);
    if (captured) return { origin: { kind: 'capture' }, value: captured };
    const text = overrides?.get(name);
    if (text === undefined) return undefined;
    const value = noted({ text, ...(isSecretName(name) && { isSecret: true }) });
    return { origin: { kind: 'override' }, value };
  };

  /** @param user the variable whose value holds the reference */
  const bind = (name: string, at: Position, user: Definition | undefined): Definition | undefined =>
    (user?.kind === 'environmentVariable' ? undefined : index.bind(name, at.line)) ??
    environment?.lookup(name);

  const fill = (template: Template, user: Definition | undefined, at?: Range): Resolved => {
    const problems: Problem[] = [];
    let isLater = false;
    let isSecret = false;
    // Concatenates instead of joining a list: a chain of variables then shares its text instead of copying it.
    let text = '';
    for (const part of template.parts) {
      const value = typeof part === 'string' ? { text: part } : valueOf(part, (at ?? part.range).start, user);
      if ('problem' in value) {
        problems.push({ ...value.problem, range: at ?? (part as Reference).range });
      } else if ('isLater' in value) {
        isLater = true;
      } else if (text.length + value.text.length <= MAX_TEXT) {
        if ('isSecret' in value) isSecret = true;
        text += value.text;
      } else {
        const message = `With its values filled in this text has more than ${MAX_TEXT} characters: shorten the values.`;
        return { problems: [{ code: 'variable.length', message, range: at ?? template.range }] };
      }
    }
    return problems.length > 0 || isLater ? { problems } : { text, ...(isSecret && { isSecret }) };
  };

  const valueOf = (reference: Reference, at: Position, user: Definition | undefined): Value => {
    const name = reference.name.text;
    if (name.startsWith('$')) return noted(dynamicValue(reference, ports));
    const ready = given(name, user);
    if (ready) return ready.value;
    const definition = bind(name, at, user);
    if (!definition) return unknown(name, environment);
    if (!values.has(definition)) evaluate(definition);
    const value = values.get(definition)!;
    if (!('problem' in value) || value.problem.code === 'variable.cycle') return value;
    // Only once: the place of the cause matters, not the path to it.
    const { code, message } = value.problem;
    return message.startsWith(IN) ? value : problem(code, `${IN}${excerptName(definition)}: ${message}`);
  };

  /** Fills in `values` for a variable and all that it needs. Iterative, because a chain may be long. */
  const evaluate = (root: Definition): void => {
    const path = [{ definition: root, part: 0 }];
    const onPath = new Map([[root, 0]]);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const { definition } = top;
      const part = definition.value.parts[top.part++];
      if (part === undefined) {
        path.pop();
        onPath.delete(definition);
        if (!values.has(definition)) values.set(definition, ownValue(definition));
        continue;
      }
      if (typeof part === 'string' || part.name.text.startsWith('$')) continue;
      if (given(part.name.text, definition)) continue;
      const needed = bind(part.name.text, part.range.start, definition);
      if (!needed || values.has(needed)) continue;
      const start = onPath.get(needed);
      if (start === undefined) {
        onPath.set(needed, path.length);
        path.push({ definition: needed, part: 0 });
      } else {
        const names = path.slice(start, start + MAX_NAMES_SHOWN).map((each) => excerptName(each.definition));
        if (path.length - start > MAX_NAMES_SHOWN) names.push('…');
        values.set(needed, cycle([...names, names[0]!]));
      }
    }
  };

  const ownValue = (definition: Definition): Value => {
    const key = keyOf(definition);
    // Done even for a kept text: its references may be missing by now, or secret.
    const resolved = fill(definition.value, definition);
    if ('problems' in resolved) {
      const [first] = resolved.problems;
      return first ? problem(first.code, first.message) : KNOWN_AT_RUN;
    }
    const text = (key === undefined ? undefined : kept.get(key)) ?? resolved.text;
    if (key !== undefined) kept.set(key, text);
    if (isPrivate(definition)) return noted({ text, isSecret: true });
    return { text, ...(resolved.isSecret && { isSecret: true }) };
  };

  /** The key of a value that is created once; undefined for one that depends on others. */
  const keyOf = (definition: Definition): string | undefined => {
    const { name, value } = definition;
    const isMade = value.parts.some((part) => typeof part !== 'string' && part.name.text.startsWith('$'));
    if (!isMade) return undefined;
    const place =
      definition.kind === 'variable'
        ? String(index.ordinal(definition))
        : JSON.stringify([definition.file.path, definition.environment]);
    return `${place} ${name.text} ${written(value)}`;
  };

  return {
    resolve: (template, at) => fill(template, undefined, at),
    lookup(name, at) {
      const ready = given(name, undefined);
      if (ready) return ready;
      const definition = bind(name, at, undefined);
      if (!definition) return undefined;
      if (!values.has(definition)) evaluate(definition);
      const origin: Origin =
        definition.kind === 'variable' ? { kind: 'file', definition } : { kind: 'environment', definition };
      return { origin, value: values.get(definition)! };
    },
    names: () => [
      ...new Set([
        ...captures.keys(),
        ...(overrides?.keys() ?? []),
        ...index.names,
        ...(environment?.names ?? []),
      ]),
    ],
    capture(name, value) {
      captures.set(name, value);
      // Variables of the file may refer to it.
      values.clear();
    },
    tls: environment?.tls && { ...environment.tls, passphrase },
    secrets,
  };
}

/** Whether a variable is a secret on its own: its file is private and its name suggests it. */
function isPrivate(definition: Definition): boolean {
  return (
    definition.kind === 'environmentVariable' &&
    definition.file.isPrivate &&
    isSecretName(definition.name.text)
  );
}

function written({ parts }: Template): string {
  return parts
    .map((part) => (typeof part === 'string' ? part : `{{${part.name.text} ${part.argument?.text ?? ''}}}`))
    .join('');
}

function unknown(name: string, environment: Environment | undefined): Value {
  const shown = name.slice(0, MAX_NAME_SHOWN);
  // An error of the environment itself is reported at its choice: by the check of `@env` or by the user's choice.
  if (environment?.problem) return KNOWN_AT_RUN;
  if (environment?.unreadable) return problem(environment.unreadable.code, environment.unreadable.message);
  const elsewhere =
    environment?.name !== undefined
      ? `, or add it to the environment ${excerpt(environment.name)}`
      : environment?.hasOthers
        ? ', or choose an environment that has it'
        : '';
  const remedy = `write @${shown} = value above the target${elsewhere}.`;
  return problem('variable.unknown', `{{${shown}}} has no value: ${remedy}`);
}

function cycle(names: readonly string[]): Value {
  return problem(
    'variable.cycle',
    `Variables refer to each other in a circle (${names.join(' → ')}): give one of them a value of its own.`,
  );
}

function excerptName({ name }: Definition): string {
  return name.text.slice(0, MAX_NAME_SHOWN);
}
