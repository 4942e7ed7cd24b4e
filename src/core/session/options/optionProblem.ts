import type { ConnectOptions, DeflateParameters } from '../../../shared/session.ts';
import { excerpt } from '../../text/excerpt.ts';
import { parseDecodeRule } from '../../text/decodeRule.ts';
import type { OptionKey, OptionSpec } from './optionSpec.ts';
import { OPTIONS } from './optionTable.ts';
import { writeDuration, writeSize } from './optionText.ts';
import {
  invalidAlpn,
  invalidHeader,
  invalidOrigin,
  invalidProxy,
  invalidServername,
  invalidSubprotocol,
} from './validate.ts';

/** Checks of a single option beyond its kind. */
const CHECKS: { readonly [Key in OptionKey]?: (value: ConnectOptions[Key]) => string | undefined } = {
  headers: (headers) => first(headers, ([name, value]) => invalidHeader(name, value)),
  subprotocols: (names) => first(names, invalidSubprotocol) ?? repeated(names, 'subprotocol'),
  redirectOrigins: (origins) => first(origins, invalidOrigin),
  alpn: (names) => first(names, invalidAlpn) ?? repeated(names, 'ALPN protocol'),
  servername: (name) => (name === '' ? undefined : invalidServername(name)),
  proxy: (proxy) => (proxy === '' ? undefined : invalidProxy(proxy)),
  deflateParameters: invalidBits,
  decode: (rules) => first(rules, invalidRule),
};

/** Why an option cannot have this value: one sentence with the cause and the remedy; undefined if it can. */
export function optionProblem<Key extends OptionKey>(
  key: Key,
  value: ConnectOptions[Key],
): string | undefined {
  return kindProblem(OPTIONS[key], value) ?? CHECKS[key]?.(value);
}

function kindProblem(spec: OptionSpec, value: unknown): string | undefined {
  switch (spec.kind) {
    case 'duration':
      return outOfRange(spec, value as number, writeDuration, 'ms');
    case 'size':
      return outOfRange(spec, value as number, writeSize, 'B');
    case 'count':
      return outOfRange(spec, value as number, String, '');
    case 'choice':
      if (value === '' || spec.choices?.includes(value as string)) return undefined;
      return `${excerpt(String(value))} is not a valid ${spec.what}: use ${spec.choices?.join(', ')}.`;
    case 'path':
      return badPath(spec, value as string);
    case 'paths':
      return first(value as readonly string[], (path) =>
        path === '' ? `The ${spec.what} have an empty path: name a file.` : badPath(spec, path),
      );
    case 'text':
      // The text itself is not quoted, because it may be a secret.
      return /[\0\r\n]/.test(value as string)
        ? `The ${spec.what} holds a line break or a NUL: write it on one line.`
        : undefined;
    case 'flag':
    case 'negatedFlag':
    case 'list':
    case 'rules':
    case 'deflate':
    case 'headers':
      return undefined;
  }
}

function outOfRange(
  { what, least = 0, most = Number.MAX_SAFE_INTEGER, zero }: OptionSpec,
  value: number,
  write: (value: number) => string,
  unit: string,
): string | undefined {
  if (Number.isInteger(value) && ((value >= least && value <= most) || (value === 0 && zero !== undefined)))
    return undefined;
  const shown = Number.isInteger(value) && value > 0 ? write(value) : `${value}${unit}`;
  const none = zero === undefined ? '' : `0 for ${zero}, or `;
  return `The ${what} ${shown} is out of range: use ${none}${write(least)} to ${write(most)}.`;
}

function badPath({ what }: OptionSpec, path: string): string | undefined {
  return path.includes('\0') ? `The path of the ${what} holds a NUL: no file has such a name.` : undefined;
}

function invalidRule(text: string): string | undefined {
  const rule = parseDecodeRule(text);
  return 'problem' in rule ? rule.problem : undefined;
}

function invalidBits({ serverMaxWindowBits, clientMaxWindowBits }: DeflateParameters): string | undefined {
  return first([serverMaxWindowBits, clientMaxWindowBits], (bits) =>
    bits === undefined || (Number.isInteger(bits) && bits >= 9 && bits <= 15)
      ? undefined
      : `A compression window of ${bits} bits is out of range: use 9 to 15.`,
  );
}

/** Subprotocol names must all be different (RFC 6455, section 4.1). */
function repeated(names: readonly string[], what: string): string | undefined {
  const twice = names.find((name, index) => names.indexOf(name) < index);
  return twice === undefined ? undefined : `The ${what} ${excerpt(twice)} is listed twice: list it once.`;
}

function first<Item>(
  items: readonly Item[],
  problem: (item: Item) => string | undefined,
): string | undefined {
  for (const item of items) {
    const found = problem(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
