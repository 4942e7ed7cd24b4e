/** The parts of a URL such as `ws+unix:/run/app.sock:/path?a=b`. */
export interface UnixUrl {
  readonly secure: boolean;
  readonly socketPath: string;
  /** What is asked for over the socket, with its query. */
  readonly path: string;
}

/** Whether a URL leads to a Unix socket, valid or not. */
export function isUnixUrl(url: string): boolean {
  return /^wss?\+unix:/i.test(url);
}

/**
 * The socket's path ends at the first colon; what follows is the path of the request, `/` unless given. Percent-encoded
 * characters of the socket's path count as what they stand for. Undefined where the URL is not one of a Unix socket.
 */
export function unixUrl(url: string): UnixUrl | undefined {
  const parts = /^(wss?)\+unix:(?:\/\/(?=\/))?(\/(?!\/)[^:?#]*)(?::([^#]*))?$/i.exec(url);
  if (parts === null) return undefined;
  const [, scheme = '', socketPath = '', request = ''] = parts;
  try {
    return {
      secure: scheme.toLowerCase() === 'wss',
      socketPath: decodeURIComponent(socketPath),
      // As URL parsers encode what a request line cannot carry.
      path: pathOf(request),
    };
  } catch {
    // A stray percent sign: then it is not what was meant.
    return undefined;
  }
}

function pathOf(request: string): string {
  const { pathname, search } = new URL(request.startsWith('/') ? request : `/${request}`, 'http://localhost');
  return pathname + search;
}

/** The URL with the other of ws: and wss:; undefined where it has neither. A port that belongs to the scheme goes with it. */
export function otherScheme(url: string): string | undefined {
  const parts = /^(wss?):(\/\/[^/?#]*)(.*)$/is.exec(url.trim());
  if (parts === null) return undefined;
  const [, scheme = '', authority = '', rest = ''] = parts;
  const isSecure = scheme.toLowerCase() === 'wss';
  const host = authority.replace(isSecure ? /:443$/ : /:80$/, '');
  return `${isSecure ? 'ws' : 'wss'}:${host}${rest}`;
}

/** Scheme, host and port, as `ws://host:port`; undefined for what is no ws: or wss: URL. */
export function originOf(url: string): string | undefined {
  const { scheme, host } = partsOf(url) ?? {};
  return scheme === undefined ? undefined : `${scheme}://${host}`;
}

/** What a page of the same host would send as Origin (RFC 6454, section 7). */
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

/** Whether a URL leads to this machine, whatever its network: localhost (RFC 6761, section 6.3), 127.0.0.0/8, ::1, a Unix socket. */
export function isLocal(url: string): boolean {
  if (/^ws\+unix:/i.test(url)) return true;
  try {
    const { hostname } = new URL(url);
    return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/i.test(hostname.replace(/\.$/, ''));
  } catch {
    return false;
  }
}
