import type { ConnectOptions } from '../../../shared/session.ts';
import type { HeaderList } from '../../../shared/timeline.ts';
import { MASK, maskSubprotocol } from './mask.ts';
import { isSecretName } from './secretName.ts';

/**
 * Characters below which a value that only its place tells to be secret is left where it is not in that place: `admin` or
 * `test` stand for other things everywhere.
 */
const SHORTEST = 6;

/** What options hold that nobody may see, wherever it occurs: a server may send back all that it was sent. */
export function secretValues(options: Partial<ConnectOptions>): readonly string[] {
  const { url = '', headers = [], subprotocols = [], passphrase = '', proxy = '', secrets = [] } = options;
  const placed = [
    ...secretsOfUrl(url),
    ...secretsOfUrl(proxy),
    ...secretsOfHeaders(headers),
    ...subprotocols.filter((name) => maskSubprotocol(name) === MASK),
    passphrase,
  ];
  // What was said to be a secret is one, however short it is.
  return [...placed.filter((value) => value.length >= SHORTEST), ...secrets];
}

/** The user info of a URL, and what its query and fragment say under the names of secrets. */
export function secretsOfUrl(url: string): string[] {
  const userInfo = /^[a-z][a-z0-9+.-]*:\/\/([^/?#\\]*)@/i.exec(url)?.[1];
  const pairs = [...url.matchAll(/[?&#]([^=&#]+)=([^&#]*)/g)];
  const values = pairs.filter(([, name = '']) => isSecretName(name)).map(([, , value = '']) => value);
  return [...(userInfo === undefined ? [] : secretsOfUserInfo(userInfo)), ...values.flatMap(written)];
}

function secretsOfUserInfo(userInfo: string): string[] {
  const colon = userInfo.indexOf(':');
  // A user without a password is often a token; beside a password it is but a name.
  if (colon < 0) return [...written(userInfo), encoded(`${decoded(userInfo)}:`)];
  const [user, password] = [userInfo.slice(0, colon), userInfo.slice(colon + 1)];
  return [...written(password), encoded(`${decoded(user)}:${decoded(password)}`)];
}

/** What headers say under the names of secrets. */
export function secretsOfHeaders(headers: HeaderList): string[] {
  return headers.flatMap(([name, value]) => {
    const key = name.toLowerCase();
    if (!isSecretName(name) || key.startsWith('sec-websocket-')) return [];
    if (key === 'cookie' || key === 'set-cookie') return secretsOfCookies(key, value);
    return /^(proxy-)?authorization$/.test(key) ? secretsOfAuthorization(value) : [value];
  });
}

function secretsOfCookies(key: string, value: string): string[] {
  const pairs = value.split(';').map((part) => part.trim());
  // What follows the first pair of Set-Cookie are attributes (RFC 6265, section 4.1.1).
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

/** A part of a URL as it is written and as it is meant. */
function written(text: string): string[] {
  return [text, decoded(text)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign: then it is meant as it is written.
    return text;
  }
}

function encoded(text: string): string {
  return btoa(bytesAsText(text));
}

function decodedBase64(text: string): string {
  try {
    return atob(text);
  } catch {
    return '';
  }
}

/** The UTF-8 bytes of a text, each as the character of its number. */
function bytesAsText(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}

/**
 * A text in which every secret is masked, in the forms in which servers and tools repeat what they were sent: as it is,
 * escaped in JSON, percent-encoded, and in base64.
 */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap(formsOf).filter((form) => form !== '' && text.includes(form));
  if (forms.length === 0) return text;
  // The longest first: one may be part of another.
  const pattern = [...new Set(forms)].sort((a, b) => b.length - a.length).map(escapeRegex);
  return text.replace(new RegExp(pattern.join('|'), 'g'), MASK);
}

/** The same for bytes in hexadecimal, which stay as many. */
export function maskHex(hex: string, secrets: readonly string[]): string {
  let masked = hex;
  for (const form of secrets.flatMap(formsOf)) {
    if (form === '') continue;
    const digits = Array.from(new TextEncoder().encode(form), (byte) => byte.toString(16).padStart(2, '0'));
    masked = masked.replaceAll(digits.join(''), '2a'.repeat(digits.length));
  }
  return masked;
}

function formsOf(secret: string): string[] {
  if (secret === MASK) return [];
  return [
    secret,
    bytesAsText(secret),
    JSON.stringify(secret).slice(1, -1),
    percentEncoded(secret),
    encoded(secret),
  ];
}

function percentEncoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // Half of a surrogate pair, which no URL holds.
    return text;
  }
}

function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
