import type { Socket } from 'node:net';
import type { HeaderList } from '../../shared/timeline.ts';
import { basicAuthorization } from './authorization.ts';
import type { Trace } from '../connection.ts';
import type { ConnectionTarget } from '../target.ts';
import { readHead } from './responseHead.ts';
import type { ResponseHead } from './responseHead.ts';

/** The variable parts of an upgrade request; RFC 6455, section 4.1 fixes the rest. */
export interface UpgradeRequest {
  /** The user's own headers, in their order and spelling. */
  readonly headers: HeaderList;
  readonly subprotocols: readonly string[];
  /** The offer of extensions; '' without an offer. */
  readonly extensions: string;
  readonly key: string;
  /** The Cookie header from the jar; used if the user set none. */
  readonly cookie: string | undefined;
  /** The answer to a challenge; it replaces any other Authorization header. */
  readonly authorization: string | undefined;
}

/** An upgrade request, including its final empty line (RFC 9112, section 3), to be encoded as Latin-1. */
export function upgradeHead(target: ConnectionTarget, request: UpgradeRequest): string {
  const { subprotocols, extensions, key } = request;
  return head(`GET ${target.path}`, target, request, [
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Key', key],
    ['Sec-WebSocket-Version', '13'],
    ['Sec-WebSocket-Protocol', subprotocols.join(', ') || undefined],
    ['Sec-WebSocket-Extensions', extensions || undefined],
  ]);
}

/** The head of a POST request without a body, in the same form. */
export function postHead(target: ConnectionTarget, headers: HeaderList, cookie: string | undefined): string {
  return head(`POST ${target.path}`, target, { headers, cookie, authorization: undefined }, [
    ['Connection', 'close'],
    ['Content-Length', '0'],
  ]);
}

function head(
  line: string,
  target: ConnectionTarget,
  { headers, cookie, authorization }: Pick<UpgradeRequest, 'headers' | 'cookie' | 'authorization'>,
  fixed: readonly (readonly [string, string | undefined])[],
): string {
  const wrote = new Set(headers.map(([name]) => name.toLowerCase()));
  const own =
    authorization === undefined ? headers : headers.filter(([name]) => !/^authorization$/i.test(name));
  const { user } = target;
  const credentials =
    authorization ??
    (user !== undefined && !wrote.has('authorization')
      ? basicAuthorization({ user: user.name, password: user.password })
      : undefined);
  const all: (readonly [string, string | undefined])[] = [
    ['Host', wrote.has('host') ? undefined : target.authority],
    ...fixed,
    ...own,
    ['Authorization', credentials],
    ['Cookie', wrote.has('cookie') ? undefined : cookie],
  ];
  const lines = all.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\r\n`]));
  return `${line} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** Sends a request and reads the head of its response. Both are recorded byte for byte. */
export async function exchange(
  socket: Socket,
  target: ConnectionTarget,
  request: string,
  trace: Trace,
  signal: AbortSignal,
): Promise<ResponseHead> {
  const noted = { with: 'server' as const, url: target.url, request, response: '' };
  trace.exchanges.push(noted);
  socket.write(request, 'latin1');
  return readHead(socket, signal, (raw) => (noted.response = raw));
}
