import { MASK, maskSubprotocol, maskUrl } from '../../core/session/secrets/mask.ts';
import { isSecretName } from '../../core/text/secretName.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import type { NoteDetail } from '../../shared/timeline.ts';
import { headerOf } from './responseHead.ts';
import type { ResponseHead } from './responseHead.ts';
import { targetOf } from '../target.ts';
import type { ConnectionTarget } from '../target.ts';

/**
 * @returns the target of a redirect; undefined if the response is not a redirect, or its Location is not a WebSocket
 * URL
 */
export function redirectTarget(
  { status, headers }: ResponseHead,
  from: ConnectionTarget,
): ConnectionTarget | undefined {
  const location = headerOf(headers, 'location');
  if (status < 300 || status >= 400 || location === undefined) return undefined;
  try {
    return from.socketPath === undefined ? overTcp(location, from) : overUnix(location, from);
  } catch {
    // The Location is not a URL, so the response counts as a refusal, and its headers are shown.
    return undefined;
  }
}

function overTcp(location: string, from: ConnectionTarget): ConnectionTarget | undefined {
  const url = new URL(location, from.url.replace(/^ws/i, 'http'));
  // A WebSocket URL has no fragment (RFC 6455, section 3).
  url.hash = '';
  const target = url.href.replace(/^http/i, 'ws');
  // Nothing listens on port 0.
  return /^wss?:/.test(target) && url.port !== '0' ? targetOf(target) : undefined;
}

/** A redirect over a Unix socket can only lead to another path of the same socket. */
function overUnix(location: string, from: ConnectionTarget): ConnectionTarget | undefined {
  const url = new URL(location, from.cookieUrl);
  return url.host === 'localhost' ? { ...from, path: url.pathname + url.search } : undefined;
}

/** Whether a redirect may be followed from the origin of the user's URL, or from an origin that the user allowed. */
export function isRedirectAllowed(
  target: ConnectionTarget,
  from: ConnectionTarget,
  options: ConnectOptions,
): boolean {
  if (target.origin === from.origin) return true;
  const named = [options.url, ...options.redirectOrigins];
  return named.some((url) => originOf(url) === target.origin);
}

function originOf(url: string): string | undefined {
  try {
    return targetOf(url).origin;
  } catch {
    return undefined;
  }
}

/** The options for an origin other than that of the user's URL, and the data that they withhold. */
export interface ElsewhereOptions {
  readonly options: ConnectOptions;
  /** The withheld credentials, such as `Authorization` or `client certificate`. */
  readonly withheld: readonly string[];
}

/**
 * The options for an origin other than that of the user's URL. They exclude credentials, recognised by name or declared
 * secret, and everything that makes a connection less secure. They exclude subprotocols that look like tokens, because
 * browsers, which cannot set other headers, send tokens there.
 * @param home the origin of the user's URL
 * @param hasCookies whether the session has cookies for it
 */
export function elsewhereOptions(
  options: ConnectOptions,
  home: ConnectionTarget,
  hasCookies: boolean,
): ElsewhereOptions {
  const isSecret = (text: string): boolean =>
    options.secrets.some((secret) => secret !== '' && text.includes(secret));
  const isKept = ([name, value]: readonly [string, string]): boolean =>
    !isSecretName(name) && name.toLowerCase() !== 'host' && !isSecret(value);
  const headers = options.headers.filter(isKept);
  const subprotocols = options.subprotocols.filter(
    (name) => maskSubprotocol(name) !== MASK && !isSecret(name),
  );
  const { cert, key, pfx, minTlsVersion } = options;
  const names = options.headers.flatMap(([name, value]) =>
    isKept([name, value]) || /^host$/i.test(name) ? [] : [name],
  );
  if (home.user !== undefined) names.push('Authorization');
  if (hasCookies) names.push('Cookie');
  if (subprotocols.length < options.subprotocols.length) names.push('Sec-WebSocket-Protocol');
  if (cert !== '' || key !== '' || pfx !== '') names.push('client certificate');
  const seen = new Set<string>();
  return {
    options: {
      ...options,
      headers,
      subprotocols,
      cert: '',
      key: '',
      pfx: '',
      passphrase: '',
      servername: '',
      insecure: false,
      minTlsVersion: minTlsVersion === 'TLSv1' || minTlsVersion === 'TLSv1.1' ? '' : minTlsVersion,
    },
    withheld: names.filter((name) => {
      const isNew = !seen.has(name.toLowerCase());
      seen.add(name.toLowerCase());
      return isNew;
    }),
  };
}

/** The note about a redirect that is followed. @param withheld the data that is not sent to the new target */
export function redirectNote(
  status: number,
  from: ConnectionTarget,
  to: ConnectionTarget,
  withheld: readonly string[],
): NoteDetail {
  const elsewhere = to.origin !== from.origin;
  const where = elsewhere ? `another origin, ${maskUrl(to.url)}` : maskUrl(to.path);
  const plain = from.secure && !to.secure ? '; the connection there is not encrypted' : '';
  const kept = withheld.length === 0 ? '' : `; not sent there: ${withheld.join(', ')}`;
  return {
    note: 'redirect',
    text: `${from.address} redirects to ${where} (HTTP ${status})${plain}${kept}.`,
    status,
    from: maskUrl(from.url),
    to: maskUrl(to.url),
    ...(withheld.length > 0 && { withheld }),
  };
}
