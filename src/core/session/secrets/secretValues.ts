import { utf8AsLatin1 } from './maskSecrets.ts';
import type { ConnectOptions } from '../../../shared/session.ts';
import type { HeaderList } from '../../../shared/timeline.ts';
import { MASK, maskSubprotocol, URL_HEADERS, secretParameters, urlsIn } from './mask.ts';
import { isSecretName } from '../../text/secretName.ts';
import { percentDecoded } from '../../text/percentDecoded.ts';

/**
 * Values that are secret only by their place, such as `admin` or `test`, are masked elsewhere only if they have at
 * least this many characters: shorter ones match unrelated text.
 */
const SHORTEST = 6;

/**
 * The secrets in the options. They are masked wherever they occur, because a server may send back anything it received.
 */
export function secretValues(options: Partial<ConnectOptions>): readonly string[] {
  const { url = '', headers = [], subprotocols = [], passphrase = '', proxy = '', secrets = [] } = options;
  const placed = [
    ...secretsOfUrl(url),
    ...secretsOfUrl(proxy),
    ...secretsOfHeaders(headers),
    ...subprotocols.filter((name) => maskSubprotocol(name) === MASK),
    passphrase,
  ];
  // A value explicitly marked as a secret is masked at any length.
  return [...placed.filter((value) => value.length >= SHORTEST), ...secrets];
}

/** The user info of a URL, and the values of its secret parameters. */
export function secretsOfUrl(url: string): string[] {
  const userInfo = /^[a-z][a-z0-9+.-]*:\/\/([^/?#\\]*)@/i.exec(url)?.[1];
  // A server may read a shorter value: up to the `;` or the next part of the path.
  const values = secretParameters(url).flatMap(({ value }) => [value, /^[^;/]*/.exec(value)?.[0] ?? '']);
  return [...(userInfo === undefined ? [] : secretsOfUserInfo(userInfo)), ...values.flatMap(written)];
}

function secretsOfUserInfo(userInfo: string): string[] {
  const colon = userInfo.indexOf(':');
  // A user without a password is often a token; with a password it is only a name.
  if (colon < 0) return [...written(userInfo), encoded(`${percentDecoded(userInfo)}:`)];
  const [user, password] = [userInfo.slice(0, colon), userInfo.slice(colon + 1)];
  return [...written(password), encoded(`${percentDecoded(user)}:${percentDecoded(password)}`)];
}

/** The values of secret headers, and the secrets of URLs in the others: redirects, links, refreshes. */
export function secretsOfHeaders(headers: HeaderList): string[] {
  return headers.flatMap(([name, value]) => {
    const key = name.trim().toLowerCase();
    if (key.startsWith('sec-websocket-')) return [];
    if (!isSecretName(name, value))
      return (URL_HEADERS.test(key) ? [value] : urlsIn(value)).flatMap(secretsOfUrl);
    if (key === 'cookie' || key === 'set-cookie') return secretsOfCookies(key, value);
    return /^(proxy-)?authorization$/.test(key) ? secretsOfAuthorization(value) : [value, lastWord(value)];
  });
}

/** `X-Auth: Bearer token`: a server may repeat the token alone. */
function lastWord(value: string): string {
  return value.trim().split(/\s+/).at(-1) ?? '';
}

function secretsOfCookies(key: string, value: string): string[] {
  const pairs = value.split(';').map((part) => part.trim());
  // Only the first pair of Set-Cookie is a cookie; the rest are attributes (RFC 6265, section 4.1.1).
  return (key === 'cookie' ? pairs : pairs.slice(0, 1)).map((pair) =>
    pair.slice(pair.indexOf('=') + 1).replace(/^"(.*)"$/, '$1'),
  );
}

/** `Bearer token`, `Basic base64`, `Basic user password` and `Digest user password`, and Digest's parameters. */
function secretsOfAuthorization(value: string): string[] {
  const [, scheme = '', rest = value] = /^([A-Za-z]+)\s+(.*)$/.exec(value.trim()) ?? [];
  const [, user, password] = /^(\S+)\s+(\S.*)$/.exec(rest) ?? [];
  if (user !== undefined && password !== undefined && /^(basic|digest)$/i.test(scheme) && !/^\w+=/.test(user))
    return [rest, password, encoded(`${user}:${password}`)];
  if (/^basic$/i.test(scheme)) {
    const clear = decodedBase64(rest);
    return [rest, ...(clear.includes(':') ? [clear.slice(clear.indexOf(':') + 1)] : [])];
  }
  return [rest];
}

/** A part of a URL as written and decoded. */
function written(text: string): string[] {
  return [text, percentDecoded(text)];
}

function encoded(text: string): string {
  return btoa(utf8AsLatin1(text));
}

function decodedBase64(text: string): string {
  try {
    return atob(text);
  } catch {
    return '';
  }
}
