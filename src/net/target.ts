import { isIP } from 'node:net';
import { unixUrl } from '../core/session/options/url.ts';

/** Where one request of a handshake goes. */
export interface Target {
  /** As it may be told to others: without user info. */
  readonly url: string;
  readonly secure: boolean;
  /** A name in its ASCII form, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Of a Unix socket, in the place of host and port. */
  readonly socketPath: string | undefined;
  /** host:port, the port also where it is the default one; brackets around an IPv6 address. */
  readonly address: string;
  /** What the Host header says (RFC 9110, section 7.2). */
  readonly authority: string;
  /** What is asked for: path and query. */
  readonly path: string;
  /** Two targets of one origin may share secrets. */
  readonly origin: string;
  /** What cookies know it as: an http: or https: URL. */
  readonly cookieUrl: string;
  /** The user info of the URL, decoded. */
  readonly user: { readonly name: string; readonly password: string } | undefined;
}

/** @throws TypeError for what is no URL. */
export function targetOf(url: string): Target {
  const unix = unixUrl(url);
  if (unix !== undefined) {
    const scheme = unix.secure ? 'wss' : 'ws';
    return {
      url,
      secure: unix.secure,
      host: 'localhost',
      port: 0,
      socketPath: unix.socketPath,
      address: unix.socketPath,
      authority: 'localhost',
      path: unix.path,
      origin: `${scheme}+unix:${unix.socketPath}`,
      cookieUrl: `${unix.secure ? 'https' : 'http'}://localhost${unix.path}`,
      user: undefined,
    };
  }
  const parsed = new URL(url);
  const secure = parsed.protocol === 'wss:';
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  // Port 0 is no port that could be dialed, and not the default one either.
  const port = parsed.port === '' ? (secure ? 443 : 80) : Number(parsed.port);
  const { username, password, origin, pathname, search } = parsed;
  parsed.username = parsed.password = '';
  return {
    url: parsed.href,
    secure,
    host,
    port,
    socketPath: undefined,
    address: hostAndPort(host, port),
    authority: parsed.host,
    path: pathname + search,
    origin,
    cookieUrl: parsed.href.replace(/^ws/, 'http'),
    user: username || password ? { name: decoded(username), password: decoded(password) } : undefined,
  };
}

export function hostAndPort(host: string, port: number): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

/** Percent-decoded; a stray percent sign stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
