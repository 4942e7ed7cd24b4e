/** Headers that clients send in a handshake, with their meanings, except those that the handshake itself writes. */
export const HEADER_NAMES: ReadonlyMap<string, string> = new Map([
  ['Accept-Language', 'Languages that the user prefers.'],
  ['Authorization', 'Credentials: `Bearer token`, `Basic user password`, `Digest user password`.'],
  ['Cache-Control', 'How caches on the way may treat the request.'],
  ['Cookie', 'Cookies; the cookies of the session are then not sent.'],
  ['Forwarded', 'The client and the host, as proxies on the way saw them (RFC 7239).'],
  ['Host', 'The requested host, if it differs from that of the URL.'],
  [
    'Origin',
    'The origin of the page that connects; servers check it against theirs (RFC 6455, section 10.2).',
  ],
  ['Proxy-Authorization', 'Credentials for a proxy.'],
  ['Referer', 'The page that connects.'],
  ['Sec-WebSocket-Protocol', 'Subprotocols to offer, as @subprotocol does.'],
  ['User-Agent', 'The program that connects.'],
  ['X-Api-Key', 'An API key.'],
  ['X-Forwarded-For', 'The client, as a proxy saw it.'],
  ['X-Request-Id', 'Finds the request in logs.'],
]);

/** Common beginnings of header values. */
export const HEADER_VALUES: ReadonlyMap<string, readonly string[]> = new Map([
  ['authorization', ['Bearer ', 'Basic ', 'Digest ']],
  ['origin', ['http://', 'https://']],
  ['cache-control', ['no-cache']],
]);
