import type { HeaderList } from '../../shared/timeline.ts';

/** What stands in the place of a secret, in recordings, logs and `--json`. */
export const MASK = '••••';

/** Headers whose values authenticate somebody. */
const SECRET_HEADER =
  /^(authorization|proxy-authorization|cookie|set-cookie|.*(api[-_]?key|token|secret|password|passwd|credential|session-?id).*)$/i;

/** Headers that carry a nonce of the handshake or a name: never secret, though they look like it. */
const PUBLIC_HEADER = /^sec-websocket-/i;

/** The headers with secret values masked; an authentication scheme such as `Bearer` stays readable. */
export function redactHeaders(headers: HeaderList): HeaderList {
  return headers.map(([name, value]) =>
    SECRET_HEADER.test(name) && !PUBLIC_HEADER.test(name) ? [name, maskValue(name, value)] : [name, value],
  );
}

function maskValue(name: string, value: string): string {
  const scheme = /^(proxy-)?authorization$/i.test(name) ? /^([A-Za-z]+)\s/.exec(value)?.[1] : undefined;
  return scheme === undefined ? MASK : `${scheme} ${MASK}`;
}

/** Query parameters whose values authenticate somebody. */
const SECRET_PARAMETER = /^(.*(token|secret|password|passwd|api[-_]?key|signature).*|auth|key|sig|pwd|jwt)$/i;

/**
 * A URL that is safe to show, store and log: no user info, secret query values masked. Nothing else is
 * rewritten: case, order and escapes stay as they were typed.
 */
export function redactUrl(url: string): string {
  const withoutUser = url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1');
  return withoutUser.replace(
    /([?&])([^=&#]+)=([^&#]*)/g,
    (whole, mark: string, name: string, value: string) =>
      value !== '' && SECRET_PARAMETER.test(name) ? `${mark}${name}=${MASK}` : whole,
  );
}
