/** The parts of a URL such as `ws+unix:/run/app.sock:/path?a=b`. */
export interface UnixUrl {
  readonly secure: boolean;
  readonly socketPath: string;
  /** The request target over the socket, with its query. */
  readonly path: string;
}

/** Whether a URL is that of a Unix socket, valid or not. */
export function isUnixUrl(url: string): boolean {
  return /^wss?\+unix:/i.test(url);
}

/**
 * Splits the URL of a Unix socket. The socket's path ends at the first colon; then comes the path of the request, by
 * default `/`. The socket's path is percent-decoded. Undefined if the URL is not one of a Unix socket.
 */
export function unixUrl(url: string): UnixUrl | undefined {
  const parts = /^(wss?)\+unix:(?:\/\/(?=\/))?(\/(?!\/)[^:?#]*)(?::([^#]*))?$/i.exec(url);
  if (parts === null) return undefined;
  const [, scheme = '', socketPath = '', request = ''] = parts;
  try {
    return {
      secure: scheme.toLowerCase() === 'wss',
      socketPath: decodeURIComponent(socketPath),
      // Encoded like URL parsers do for characters that a request line cannot contain.
      path: pathOf(request),
    };
  } catch {
    // A stray percent sign, so the URL is not valid.
    return undefined;
  }
}

function pathOf(request: string): string {
  const { pathname, search } = new URL(request.startsWith('/') ? request : `/${request}`, 'http://localhost');
  return pathname + search;
}

/** Swaps ws: and wss: in a URL; undefined if it has neither. A default port changes with the scheme. */
export function otherScheme(url: string): string | undefined {
  const parts = /^(wss?):(\/\/[^/?#]*)(.*)$/is.exec(url.trim());
  if (parts === null) return undefined;
  const [, scheme = '', authority = '', rest = ''] = parts;
  const isSecure = scheme.toLowerCase() === 'wss';
  const host = authority.replace(isSecure ? /:443$/ : /:80$/, '');
  return `${isSecure ? 'ws' : 'wss'}:${host}${rest}`;
}

/** Scheme, host and port, as `ws://host:port`; undefined if it is not a ws: or wss: URL. */
export function originOf(url: string): string | undefined {
  const { scheme, host } = partsOf(url) ?? {};
  return scheme === undefined ? undefined : `${scheme}://${host}`;
}

/** The Origin that a page of the same host would send (RFC 6454, section 7). */
export function pageOrigin(url: string): string | undefined {
  return originOf(url)?.replace(/^ws/, 'http');
}

function partsOf(url: string): { scheme: string; host: string } | undefined {
  try {
    const { protocol, host } = new URL(url);
    return protocol === 'ws:' || protocol === 'wss:' ? { scheme: protocol.slice(0, -1), host } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether a URL points to this machine itself: localhost (RFC 6761, section 6.3), 127.0.0.0/8, ::1, or a Unix socket.
 */
export function isLocal(url: string): boolean {
  if (/^ws\+unix:/i.test(url)) return true;
  try {
    const { hostname } = new URL(url);
    return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/i.test(hostname.replace(/\.$/, ''));
  } catch {
    return false;
  }
}
