import { DuplexError } from '../shared/errors.ts';
import { MAX_CLOSE_REASON } from '../shared/limits.ts';
import type { ServeClient, Endpoint } from './endpoint.ts';
import { integerParameter } from './endpoint.ts';

/** Headers that RFC 9110 requires or allows with a status. */
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
    const message = `The demo server refused this handshake with status ${status}, as its URL requests.`;
    return {
      status,
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: `${JSON.stringify({ error: 'refused', status, message })}\n`,
    };
  },
};

export const close: Endpoint = {
  paths: ['/close'],
  usage: '/close?code=C&reason=R',
  summary:
    'accepts, then closes with that code and reason; without a code the close frame is empty (1005); ' +
    '1006 ends the TCP connection without a close frame',
  open(query) {
    const code = integerParameter(query, 'code', { min: 1000, max: 4999, fallback: 1005 });
    const reason = query.get('reason') ?? '';
    if (code === 1006) return (client) => client.terminate();
    if (code === 1005)
      return closeWith(undefined, refuseReason(reason, 'a close frame without a code has none'));
    if (!isSendableCode(code)) {
      throw new DuplexError(
        'call.invalid',
        `RFC 6455 lets no close frame carry code ${code}; use 1000 to 1003, 1007 to 1014, or 3000 to 4999.`,
      );
    }
    if (Buffer.byteLength(reason) > MAX_CLOSE_REASON)
      refuseReason(reason, `it has over ${MAX_CLOSE_REASON} bytes`);
    return closeWith(code, reason);
  },
};

function closeWith(code: number | undefined, reason: string): ServeClient {
  return (client) => client.close(code, reason);
}

/** Whether a close frame may carry the code (RFC 6455, section 7.4). */
function isSendableCode(code: number): boolean {
  return code >= 3000 || (code <= 1014 && ![1004, 1005, 1006].includes(code));
}

function refuseReason(reason: string, why: string): string {
  if (reason === '') return reason;
  throw new DuplexError('call.invalid', `"reason" cannot be sent: ${why}; shorten it or leave it out.`);
}
