import type { DiagnosticCode } from '../syntax/diagnostic.ts';
import { excerpt } from '../../text/excerpt.ts';
import { nearest } from '../../text/nearest.ts';
import type { Reference } from '../syntax/template.ts';

/** Where values come from that neither the request file nor an environment holds. */
export type OutsideSource = 'env' | 'dotenv' | 'secret' | 'prompt';

/** What values that are made when they are used are made from. */
export interface ValuePorts {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Bytes that nobody can foresee. */
  readonly randomBytes: (count: number) => Uint8Array;
  /**
   * The value of `{{$env NAME}}` and its kin; they were fetched before (environment/outsideValues.ts).
   * Without it there are none, and a reference to one is a problem.
   */
  readonly outside?: (source: OutsideSource, name: string) => Value;
}

export type Value =
  | { readonly text: string; readonly isSecret?: true }
  | { readonly problem: { readonly code: DiagnosticCode; readonly message: string } }
  /** Known only when the request is run: nothing can be said about it before. */
  | { readonly isLater: true };

export const LATER: Value = { isLater: true };

/** Values to check a file with before it is run: of the right form, always the same. */
export const SAMPLE_PORTS: ValuePorts = {
  now: () => 0,
  randomBytes: (count) => new Uint8Array(count),
  outside: () => LATER,
};

type Maker = (ports: ValuePorts, argument: string) => Value;

const withoutArgument =
  (name: string, make: (ports: ValuePorts) => string): Maker =>
  (ports, argument) =>
    argument === ''
      ? { text: make(ports) }
      : problem('variable.expression', `{{${name}}} takes no value: write it without ${excerpt(argument)}.`);

const fromOutside =
  (spelling: string, source: OutsideSource): Maker =>
  ({ outside }, argument) => {
    if (argument === '') {
      const example = source === 'prompt' ? `${spelling} Your name` : `${spelling} NAME`;
      return problem('variable.expression', `{{${spelling}}} does not say which: write {{${example}}}.`);
    }
    if (outside) return outside(source, argument);
    return problem(
      'variable.unsupported',
      `{{${spelling}}} has no value here: use a variable of the file, written @name = value.`,
    );
  };

/** The dynamic variables in both families' spelling. */
const MAKERS: ReadonlyMap<string, Maker> = new Map([
  ['$uuid', withoutArgument('$uuid', uuid)],
  ['$guid', withoutArgument('$guid', uuid)],
  ['$timestamp', withoutArgument('$timestamp', ({ now }) => String(Math.floor(now() / 1000)))],
  ['$isoTimestamp', withoutArgument('$isoTimestamp', ({ now }) => new Date(now()).toISOString())],
  ['$randomInt', randomInt],
  ['$env', fromOutside('$env', 'env')],
  ['$processEnv', fromOutside('$processEnv', 'env')],
  ['$dotenv', fromOutside('$dotenv', 'dotenv')],
  ['$secret', fromOutside('$secret', 'secret')],
  ['$prompt', fromOutside('$prompt', 'prompt')],
]);

/** How JetBrains writes `{{$env NAME}}`. */
const DOTTED_ENV = '$env.';

/** The dynamic variables that there are, with their `$`. */
const DYNAMIC_NAMES: readonly string[] = [...MAKERS.keys()];

/** The value of `{{$name argument}}`. */
export function dynamicValue(reference: Reference, ports: ValuePorts): Value {
  const name = reference.name.text;
  const argument = reference.argument?.text ?? '';
  if (name.startsWith(DOTTED_ENV) && argument === '')
    return fromOutside('$env', 'env')(ports, name.slice(DOTTED_ENV.length));
  const make = MAKERS.get(name);
  if (make) return make(ports, argument);
  const meant = nearest(name, MAKERS.keys());
  const remedy = meant === undefined ? `use one of ${DYNAMIC_NAMES.join(', ')}.` : `did you mean ${meant}?`;
  return problem('variable.unknown', `There is no dynamic variable ${excerpt(name)}: ${remedy}`);
}

export function problem(code: DiagnosticCode, message: string): Value {
  return { problem: { code, message } };
}

/** Version 4: RFC 9562, section 5.4. */
function uuid({ randomBytes }: ValuePorts): string {
  const bytes = Uint8Array.from(randomBytes(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** From the first up to, without, the second; from 0 to 1000 as in JetBrains where none is given. */
function randomInt(ports: ValuePorts, argument: string): Value {
  const match = argument === '' ? ['', '0', '1000'] : /^(-?\d{1,15})\s+(-?\d{1,15})$/.exec(argument);
  const [least, limit] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || !(least < limit))
    return problem(
      'variable.expression',
      `{{$randomInt ${argument.slice(0, 40)}}} needs two whole numbers, the smaller first: write {{$randomInt 1 100}}.`,
    );
  // 52 bits: against the largest range the bias is below a thousandth.
  let random = 0;
  for (const byte of ports.randomBytes(6)) random = random * 256 + byte;
  return { text: String(least + Math.floor((random / 2 ** 48) * (limit - least))) };
}
