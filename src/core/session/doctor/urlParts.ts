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
