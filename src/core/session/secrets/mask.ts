import type { HeaderList } from '../../../shared/timeline.ts';
import { isSecretName } from './secretName.ts';
import { unixUrl } from '../options/unixUrl.ts';

/** What stands in the place of a secret, in recordings, logs and `--json`. */
export const MASK = '••••';

/** Characters of a subprotocol beyond which it is taken for a token: browsers cannot send one in another header. */
const LONGEST_SUBPROTOCOL = 40;

/** The headers with secret values masked; an authentication scheme such as `Bearer` stays readable. */
export function maskHeaders(headers: HeaderList): HeaderList {
  return headers.map(([name, value]) => [name, maskHeaderValue(name, value)]);
}

function maskHeaderValue(name: string, value: string): string {
  const key = name.toLowerCase();
  if (key === 'sec-websocket-protocol')
    return value
      .split(',')
      .map((subprotocol) => maskSubprotocol(subprotocol.trim()))
      .join(', ');
  // A nonce of the handshake, though its name looks otherwise.
  if (key.startsWith('sec-websocket-')) return value;
  if (key === 'location' || key === 'content-location' || key === 'referer') return maskUrl(value);
  return isSecretName(name) ? maskValue(key, value) : value;
}

function maskValue(key: string, value: string): string {
  const scheme = /^(proxy-)?authorization$/.test(key) ? /^([A-Za-z]+)\s/.exec(value)?.[1] : undefined;
  return scheme === undefined ? MASK : `${scheme} ${MASK}`;
}

/** A subprotocol's name, masked where it is so long that it will be a token. */
export function maskSubprotocol(name: string): string {
  return name.length > LONGEST_SUBPROTOCOL ? MASK : name;
}

/**
 * A URL that is safe to show, store and log: no user info, secret values of the query and the fragment masked.
 * Nothing else is rewritten: case, order and escapes stay as they were typed.
 */
export function maskUrl(url: string): string {
  // The URL of a Unix socket has no user info: its paths may hold an @. To URL parsers a backslash ends the host as a slash does: what is behind it is no user info.
  const withoutUser = unixUrl(url) ? url : url.replace(/^([a-z][a-z0-9+.-]*:\/{0,2}|\/\/)[^/?#\\]*@/i, '$1');
  return withoutUser.replace(
    /([?&#])([^=&#]+)=([^&#]*)/g,
    (whole, mark: string, name: string, value: string) =>
      value !== '' && isSecretName(name) ? `${mark}${name}=${MASK}` : whole,
  );
}
