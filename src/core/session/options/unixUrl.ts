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
