import { MASK, maskSubprotocol, maskUrl } from '../../core/session/secrets/mask.ts';
import { isSecretName } from '../../core/session/secrets/secretName.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import type { NoteDetail } from '../../shared/timeline.ts';
import { headerOf } from './responseHead.ts';
import type { ResponseHead } from './responseHead.ts';
import { targetOf } from '../target.ts';
import type { Target } from '../target.ts';

/** @returns where a redirect leads; undefined if the answer is no redirect, or its Location is no WebSocket URL */
export function redirectTarget({ status, headers }: ResponseHead, from: Target): Target | undefined {
  const location = headerOf(headers, 'location');
  if (status < 300 || status >= 400 || location === undefined) return undefined;
  try {
    return from.socketPath === undefined ? overTcp(location, from) : overUnix(location, from);
  } catch {
    // Not a URL: then it is a refusal like others, and the header is shown with it.
    return undefined;
  }
}

function overTcp(location: string, from: Target): Target | undefined {
  const url = new URL(location, from.url.replace(/^ws/i, 'http'));
  // A fragment is for whoever shows a page; a WebSocket URL has none (RFC 6455, section 3).
  url.hash = '';
  const target = url.href.replace(/^http/i, 'ws');
  // Nothing listens on port 0.
  return /^wss?:/.test(target) && url.port !== '0' ? targetOf(target) : undefined;
}

/** A server behind a Unix socket can only mean another path of that socket. */
function overUnix(location: string, from: Target): Target | undefined {
  const url = new URL(location, from.cookieUrl);
  return url.host === 'localhost' ? { ...from, path: url.pathname + url.search } : undefined;
}

/** Whether a redirect from the user's own origin, or one that the user named, may lead there. */
export function mayLeadTo(target: Target, from: Target, options: ConnectOptions): boolean {
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

/** What is sent to another origin than that of the user's URL, and what is not. */
export interface ElsewhereOptions {
  readonly options: ConnectOptions;
  /** What authenticates the user and is not sent, as in `Authorization` or `client certificate`. */
  readonly withheld: readonly string[];
}

/**
 * The options for another origin than that of the user's URL: without what authenticates the user, by its name or because it
 * was said to be a secret, and without what makes a connection weaker. Browsers send tokens as subprotocols, for they have no
 * other header for them.
 * @param home of the user's URL
 * @param hasCookies whether there are cookies for it
 */
export function elsewhereOptions(
  options: ConnectOptions,
  home: Target,
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

/** The row of a redirect that is followed. @param withheld what is not sent there */
export function redirectNote(
  status: number,
  from: Target,
  to: Target,
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
