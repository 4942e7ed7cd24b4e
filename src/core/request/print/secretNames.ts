import type { ConnectOptions } from '../../../shared/session.ts';
import { secretTexts } from '../../protocol/json/secretTexts.ts';
import type { Template } from '../syntax/template.ts';
import { MASK, maskHeaders, maskSubprotocol, secretParameters } from '../../session/secrets/mask.ts';
import { endsWithReference, keepReferences, withReference } from './literalTemplate.ts';

/**
 * Secrets shorter than this are replaced only at their own place. Elsewhere the same text likely means something else.
 */
const SHORTEST_ELSEWHERE = 6;

/** Replaces secrets by references, each with its own name. */
export interface SecretNames {
  /** The secrets that were replaced, by name; without a value if a recording has masked it. */
  readonly secrets: ReadonlyMap<string, string | undefined>;
  /**
   * Writes a text with its secrets as `{{$secret name}}`.
   * @param literal writes the text between the secrets
   * @param own secrets that are known by their place, with the names to give them
   */
  replaceSecrets(text: string, literal: (text: string) => string, own?: readonly NamedSecret[]): string;
}

export type NamedSecret = readonly [name: string, value: string];

/**
 * @param hasReferences whether the texts already hold references; those stay
 * @param secrets the secrets of the same file that already have a name; new ones are added
 */
export function createSecretNames(
  options: Partial<ConnectOptions>,
  hasReferences = false,
  secrets: Map<string, string | undefined> = new Map(),
): SecretNames {
  const names = new Map(
    [...secrets].flatMap(([name, value]) => (value === undefined ? [] : [[value, name]])),
  );
  const nameOf = (wanted: string, value: string): string => {
    const known = value === MASK ? undefined : names.get(value);
    if (known !== undefined) return known;
    const base =
      wanted
        .replace(/[^A-Za-z0-9]+/g, '_')
        .replace(/^_+|_+$/g, '')
        .toLowerCase() || 'secret';
    let name = base;
    for (let count = 2; secrets.has(name); count++) name = `${base}_${count}`;
    secrets.set(name, value === MASK ? undefined : value);
    names.set(value, name);
    return name;
  };
  const everywhere: readonly NamedSecret[] = [
    ...optionSecrets(options).filter(([, value]) => value.length >= SHORTEST_ELSEWHERE),
    ...(options.secrets ?? []).map((value) => ['secret', value] as const),
  ];

  return {
    secrets,
    replaceSecrets(text, write, own = []) {
      const literal = hasReferences ? keepReferences(write) : write;
      const candidates = [...own, ...everywhere].filter(
        ([, value]) => value !== '' && text.includes(value) && !(hasReferences && endsWithReference(value)),
      );
      if (candidates.length === 0) return literal(text);
      // The first name wins: it comes from the place of the secret.
      const wanted = new Map(candidates.reverse().map(([name, value]) => [value, name]));
      // The longest first, because one may be part of another.
      const values = [...wanted.keys()].sort((a, b) => b.length - a.length);
      let written = '';
      let at = 0;
      while (at < text.length) {
        const found = firstOccurrence(text, at, values);
        written += literal(text.slice(at, found?.at));
        if (!found) break;
        written = withReference(written, `$secret ${nameOf(wanted.get(found.value)!, found.value)}`);
        at = found.at + found.value.length;
      }
      return written;
    },
  };
}

/** The value that occurs first in a text; the earlier one in the list if two start at the same place. */
export function firstOccurrence(
  text: string,
  from: number,
  values: readonly string[],
): { at: number; value: string } | undefined {
  let first: { at: number; value: string } | undefined;
  for (const value of values) {
    const at = text.indexOf(value, from);
    if (at >= 0 && (first === undefined || at < first.at)) first = { at, value };
  }
  return first;
}

/** Values that are secret because of the option that holds them. */
function optionSecrets({
  url = '',
  proxy = '',
  passphrase = '',
  headers = [],
  subprotocols = [],
}: Partial<ConnectOptions>): NamedSecret[] {
  return [
    ...urlSecrets(url),
    ...urlSecrets(proxy),
    ['passphrase', passphrase],
    ...headers.flatMap(([name, value]) => headerSecrets(name, value)),
    ...subprotocols.flatMap(subprotocolSecrets),
  ];
}

export function urlSecrets(url: string): NamedSecret[] {
  const userInfo = /^[a-z][a-z0-9+.-]*:\/\/([^/?#\\]*)@/i.exec(url)?.[1];
  const colon = userInfo?.indexOf(':') ?? -1;
  const user: NamedSecret[] =
    userInfo === undefined ? [] : [colon < 0 ? ['user', userInfo] : ['password', userInfo.slice(colon + 1)]];
  return [...user, ...secretParameters(url).map(({ name, value }) => [name, value] as const)];
}

export function headerSecrets(name: string, value: string): NamedSecret[] {
  const [[, shown] = ['', value]] = maskHeaders([[name, value]]);
  if (shown === value && !value.includes(MASK)) return [];
  // The scheme stays readable: `Bearer {{$secret authorization}}`.
  const scheme = /^(proxy-)?authorization$/i.test(name) ? /^[A-Za-z]+\s+/.exec(value)?.[0] : undefined;
  return [[name, value.slice(scheme?.length ?? 0)]];
}

/** Stands for a reference in a payload. */
const REFERENCE = '\0';

/** The credentials in the JSON of a payload. What holds a reference is not spelled out, so it is none. */
export function payloadSecrets(parts: Template['parts']): NamedSecret[] {
  const text = parts.map((part) => (typeof part === 'string' ? part : REFERENCE)).join('');
  return secretTexts(text)
    .map(({ start, end, name }) => [name, text.slice(start, end)] as const)
    .filter(([, value]) => value.length >= SHORTEST_ELSEWHERE && !value.includes(REFERENCE));
}

export function subprotocolSecrets(name: string): NamedSecret[] {
  return name !== MASK && maskSubprotocol(name) === name ? [] : [['subprotocol', name]];
}
