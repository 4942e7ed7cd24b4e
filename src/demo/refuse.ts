import type { Endpoint } from './endpoint.ts';
import { integerParameter } from './query.ts';

/** Headers that a status promises to carry (RFC 9110). */
const HEADERS_OF: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: { 'WWW-Authenticate': 'Bearer realm="duplex demo"' },
  426: { Upgrade: 'websocket' },
  429: { 'Retry-After': '1' },
  503: { 'Retry-After': '1' },
};

export const refuse: Endpoint = {
  paths: ['/refuse'],
  usage: '/refuse?status=S&body=TEXT',
  summary: 'refuses the handshake with that status (400 to 599, default 403), and that body or a JSON one',
  open(query) {
    const status = integerParameter(query, 'status', { min: 400, max: 599, fallback: 403 });
    const body = query.get('body');
    const headers = { 'X-Demo': 'refused', ...HEADERS_OF[status] };
    if (body !== null)
      return { status, headers: { ...headers, 'Content-Type': 'text/plain; charset=utf-8' }, body };
    const message = `The demo server refused this handshake with status ${status}, as its URL asked it to.`;
    return {
      status,
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: `${JSON.stringify({ error: 'refused', status, message })}\n`,
    };
  },
};
