import { isIP } from 'node:net';
import { unixUrl } from '../core/session/options/url.ts';
import { percentDecoded } from '../core/text/percentDecoded.ts';

/** The target of one request of a handshake. */
export interface ConnectionTarget {
  /** The URL without user info, safe to show. */
  readonly url: string;
  readonly secure: boolean;
  /** A name in its ASCII form, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  /** The path of a Unix socket, instead of host and port. */
  readonly socketPath: string | undefined;
  /** host:port, always with the port; brackets around an IPv6 address. */
  readonly address: string;
  /** The value of the Host header (RFC 9110, section 7.2). */
  readonly authority: string;
  /** The request target: path and query. */
  readonly path: string;
  /** The origin. Targets of one origin may share secrets. */
  readonly origin: string;
  /** The http: or https: URL for cookies. */
  readonly cookieUrl: string;
  /** The user info of the URL, decoded. */
  readonly user: { readonly name: string; readonly password: string } | undefined;
}

/** @throws TypeError if the text is not a URL */
export function targetOf(url: string): ConnectionTarget {
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
  // Port 0 cannot be dialed, and is not the default port.
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
    user:
      username || password
        ? { name: percentDecoded(username), password: percentDecoded(password) }
        : undefined,
  };
}

export function hostAndPort(host: string, port: number): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}
