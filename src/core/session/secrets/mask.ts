import type { HeaderList } from '../../../shared/timeline.ts';
import { isSecretName } from '../../text/secretName.ts';
import { unixUrl } from '../options/url.ts';

/** Replaces a secret in recordings, logs and `--json`. */
export const MASK = '••••';

/** A longer subprotocol is taken for a token: browsers cannot send a token in another header. */
const LONGEST_SUBPROTOCOL = 40;

/** The headers with secret values masked; an authentication scheme such as `Bearer` stays readable. */
export function maskHeaders(headers: HeaderList): HeaderList {
  return headers.map(([name, value]) => [name, maskHeaderValue(name, value)]);
}

function maskHeaderValue(name: string, value: string): string {
  // Some servers write a blank before the colon, which RFC 9112, section 5.1 forbids.
  const key = name.trim().toLowerCase();
  if (key === 'sec-websocket-protocol')
    return value
      .split(',')
      .map((subprotocol) => maskSubprotocol(subprotocol.trim()))
      .join(', ');
  // A nonce of the handshake, not a secret as its name suggests.
  if (key.startsWith('sec-websocket-')) return value;
  if (isSecretName(name, value)) return maskValue(key, value);
  return URL_HEADERS.test(key) ? maskUrl(value) : maskUrlsIn(value);
}

/** Headers whose whole value is a URL, which may be relative. */
export const URL_HEADERS = /^(?:(?:content-)?location|referer)$/;

function maskValue(key: string, value: string): string {
  const scheme = /^(proxy-)?authorization$/.test(key) ? /^([A-Za-z]+)\s/.exec(value)?.[1] : undefined;
  return scheme === undefined ? MASK : `${scheme} ${MASK}`;
}

/** A subprotocol's name, masked if it is so long that it is probably a token. */
export function maskSubprotocol(name: string): string {
  return name.length > LONGEST_SUBPROTOCOL ? MASK : name;
}

/** A URL parameter whose name suggests a secret value. `from` and `to` are the range of the value. */
export interface SecretParameter {
  readonly name: string;
  readonly value: string;
  readonly from: number;
  readonly to: number;
}

/** A name after `?`, `&`, `#` or `;`. */
const PARAMETER_NAME = /([?&#;])([^=&#;?]+)=/g;

/**
 * The secret parameters of the query, the fragment and the path (`;name=value`, RFC 3986, section 3.3). A value extends
 * to the next `&` or `#`: whether a `;` ends it depends on the server, and masking too much is safe.
 */
export function secretParameters(url: string): SecretParameter[] {
  const found: SecretParameter[] = [];
  let end = 0;
  for (const { 0: whole, 1: mark, 2: name = '', index } of url.matchAll(PARAMETER_NAME)) {
    const from = index + whole.length;
    if (from <= end) continue;
    const value = (mark === ';' ? /^[^?&#;]*/ : /^[^&#]*/).exec(url.slice(from))?.[0] ?? '';
    if (value === '' || !isSecretName(name, value)) continue;
    end = from + value.length;
    found.push({ name, value, from, to: end });
  }
  return found;
}

/**
 * A URL that is safe to show, store and log: no user info, values of secret parameters masked. Nothing else is
 * rewritten: case, order and escapes stay as they were typed.
 * @param isShown whether a value is no secret despite its name, such as a reference to a variable
 */
export function maskUrl(url: string, isShown: (value: string) => boolean = () => false): string {
  let masked = '';
  let at = 0;
  for (const { value, from, to } of secretParameters(url)) {
    masked += url.slice(at, from) + (isShown(value) ? value : MASK);
    at = to;
  }
  masked += url.slice(at);
  // The URL of a Unix socket has no user info, because its paths may hold an @. URL parsers treat a backslash like a
  // slash: it ends the host, so no user info comes after it.
  return unixUrl(url) ? masked : masked.replace(/^(\s*[a-z][a-z0-9+.-]*:\/{0,2}|\/\/)[^/?#\\]*@/i, '$1');
}

/** An absolute URL, or a path with a query, in a text. */
const URL_IN_TEXT = /(?:[a-z][a-z0-9+.-]*:)?\/\/[^\s<>"']+|(?<=[<="'\s]|^)\/[^\s<>"']*[?;][^\s<>"']+/gi;

export function urlsIn(text: string): string[] {
  return text.match(URL_IN_TEXT) ?? [];
}

/** A text in which each URL is safe to show: a given name, a header, a sentence. */
export function maskUrlsIn(text: string, isShown?: (value: string) => boolean): string {
  return text.replace(URL_IN_TEXT, (url) => maskUrl(url, isShown));
}

/** The default name of a session: host and path, without scheme, credentials and query. */
export function sessionName(url: string): string {
  const name = maskUrl(url)
    .replace(/^wss?(:\/\/|\+unix:(\/\/)?)/i, '')
    .replace(/[?#].*$/, '')
    .replace(/\/$/, '');
  return name === '' ? 'session' : name;
}
