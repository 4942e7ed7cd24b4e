import type { GivenOptions } from '../../session/options/connectOptions.ts';
import { importedHeaders, type ImportedRequest } from '../imported.ts';
import type { GivenArguments } from './clientOptions.ts';

export type CommandRequest = Omit<ImportedRequest, 'name' | 'left'>;

/** Reads the last value of an option. */
export function lastValueReader({ values }: GivenArguments): (name: string) => string | undefined {
  return (name) => values[name]?.at(-1);
}

export function lines(name: string, value: string | undefined): (readonly [string, string])[] {
  return value === undefined || value === '' ? [] : [[name, value]];
}

/** `Name: value`, or `Name;`, curl's form of a header without a value. */
export function pairs(headers: readonly string[] = []): (readonly [string, string])[] {
  return headers.flatMap((header) => {
    const [, name = '', value = ''] = /^([^:;]+)[:;]\s*(.*)$/s.exec(header) ?? [];
    return name === '' ? [] : [[name.trim(), value.trim()] as const];
  });
}

/** `user:password` in plain text, the form of request files. */
export function credentials(text: string | undefined, scheme: string): string | undefined {
  if (text === undefined) return undefined;
  const [user, ...password] = text.split(':');
  return `${scheme} ${user} ${password.join(':')}`;
}

export function withScheme(proxy: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy.replace(/^socks5h:/i, 'socks5:') : `http://${proxy}`;
}

export function tls(
  one: (name: string) => string | undefined,
  names: { readonly ca: string; readonly insecure: string },
): Partial<GivenOptions> {
  const ca = one(names.ca);
  return {
    ...(one(names.insecure) !== undefined && { insecure: true }),
    ...(ca !== undefined && { ca: [ca] }),
    ...(one('cert') !== undefined && { cert: one('cert')! }),
    ...(one('key') !== undefined && { key: one('key')! }),
  };
}

/** These clients follow redirects only with an option. */
export function redirects(
  follows: boolean,
  most: string | undefined,
  fallback: number,
): Partial<GivenOptions> {
  const limit = most === undefined || !/^\d+$/.test(most) ? fallback : Number(most);
  return follows ? { maxRedirects: Math.min(limit, 50) } : {};
}

/** Keeps a Host header that names another host than the URL: a server may choose by it. */
export function sentHeaders(
  url: string,
  headers: readonly (readonly [string, string])[],
): Pick<GivenOptions, 'headers' | 'subprotocols'> {
  const { headers: kept = [], ...rest } = importedHeaders(headers);
  const host = headers.find(([name]) => name.toLowerCase() === 'host')?.[1];
  const [, authority = ''] = /^[a-z]+:\/\/(?:[^/?#@]*@)?([^/?#]*)/i.exec(url) ?? [];
  const all =
    host === undefined || host === '' || host.toLowerCase() === authority.toLowerCase()
      ? kept
      : [['Host', host] as const, ...kept];
  return { ...(all.length > 0 && { headers: all }), ...rest };
}
