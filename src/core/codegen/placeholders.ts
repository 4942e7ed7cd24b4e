import { firstOccurrence } from '../request/print/secretNames.ts';
import type { Variable, Words } from './program.ts';

/** Placeholders for values that the program reads at run time, for resolving the request. */
export interface Placeholders {
  /** The placeholder for an environment variable. @param name its name in the program */
  environment(variable: string, name: string): string;
  /** The placeholder for a value that a step captures under a name. */
  capture(name: string): string;
  /** Replaces a literal value by an environment variable wherever it appears from now on. */
  hide(value: string, name: string): void;
  words(text: string): Words;
  /** The text with a placeholder for each variable: the opposite of `words`. */
  text(words: Words): string;
  /** Whether a text, or bytes encoded from one, contain a placeholder. */
  holds(text: string): boolean;
  readonly variables: () => readonly Variable[];
  variable(captured: string): Variable;
}

/** Reserved words of the target languages, and names that the programs use themselves. */
const TAKEN = new Set(
  (
    'abstract address and args arrived as assert async at authorities auto await base base64 bool boolean bool break byte bytes call calls case catch char chan checked class client close closed config conn const continue count credentials ' +
    'ctx data debugger dialing draft each decimal def default defer del delegate delete do double elif else end enum err event except exec explicit export extends extern false ' +
    'fallthrough final finally fixed float fmt for found from func function global go goto header headers http if implements implicit import in inbox instanceof int interface io origin query ' +
    'internal is known json lambda let lock log long main map message namespace native new nil none nonlocal not null object operator options or os out override package pair params pass print ' +
    'private protected proxy public raise range readonly receive ref required return round same sbyte sealed select self short sizeof sleep socket ssl stackalloc static string struct subprotocols super ' +
    'switch test text textOf this throw throws time transient true trust try tls tunnel type typeof uint ulong unchecked unsafe url urlsplit ushort using value var virtual void volatile wake websocket while with ws yield'
  ).split(' '),
);

/**
 * The tilde of a placeholder is neither hexadecimal nor base64, and it is allowed in a host, a path and a header.
 * @param seed letters and digits that appear in no value of the request
 */
export function createPlaceholders(seed: string): Placeholders {
  const variables: Variable[] = [];
  const known = new Map<string, number>();
  const hidden = new Map<string, number>();

  const indexOf = (key: string, name: string, environment: string | undefined): number => {
    const before = known.get(key);
    if (before !== undefined) return before;
    known.set(key, variables.length);
    return variables.push({ name: identifier(name, variables), environment }) - 1;
  };
  const tokenOf = (index: number): string => `${seed}~${index}~`;
  return {
    environment: (variable, name) => tokenOf(indexOf(`environment ${variable}`, name, variable)),
    capture: (name) => tokenOf(indexOf(`capture ${name}`, name, undefined)),
    hide(value, name) {
      const environment = environmentName(name);
      if (value !== '' && !hidden.has(value) && !value.includes(`${seed}~`))
        hidden.set(
          value,
          indexOf(`environment ${environment} ${value}`, name, unusedName(environment, variables)),
        );
    },
    words(text) {
      const indexes = new Map([...variables.map((_, index) => [tokenOf(index), index] as const), ...hidden]);
      // The longest first, because one secret may be part of another.
      const values = [...indexes.keys()].sort((a, b) => b.length - a.length);
      const words: (string | Variable)[] = [];
      for (let at = 0; at < text.length;) {
        const found = firstOccurrence(text, at, values);
        const literal = text.slice(at, found?.at);
        if (literal !== '') words.push(literal);
        if (!found) break;
        words.push(variables[indexes.get(found.value)!]!);
        at = found.at + found.value.length;
      }
      return words;
    },
    text: (words) =>
      words.map((word) => (typeof word === 'string' ? word : tokenOf(variables.indexOf(word)))).join(''),
    holds: (text) => text.includes(`${seed}~`),
    variables: () => variables,
    variable: (captured) => variables[indexOf(`capture ${captured}`, captured, undefined)]!,
  };
}

function environmentName(name: string): string {
  const upper = name
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return /^[A-Z]/.test(upper) ? upper : `SECRET_${upper}`;
}

function unusedName(wanted: string, variables: readonly Variable[]): string {
  let name = wanted;
  for (let count = 2; variables.some(({ environment }) => environment === name); count++)
    name = `${wanted}_${count}`;
  return name;
}

/** `apiToken` of `apiToken`, `api-token` and `API_TOKEN`. */
function identifier(name: string, variables: readonly Variable[]): string {
  const words = name
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => (word === word.toUpperCase() ? word.toLowerCase() : word));
  const joined = words
    .map((word, at) => (at === 0 ? word[0]!.toLowerCase() : word[0]!.toUpperCase()) + word.slice(1))
    .join('');
  const base =
    /^[A-Za-z]/.test(joined) && !TAKEN.has(joined)
      ? joined.slice(0, 40)
      : `${joined.slice(0, 40)}Value`.replace(/^(?![A-Za-z])/, 'a');
  let unique = base;
  for (let count = 2; variables.some((each) => each.name === unique); count++) unique = `${base}${count}`;
  return unique;
}
