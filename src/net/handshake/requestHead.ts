import type { HeaderList } from '../../shared/timeline.ts';
import { basicAuthorization } from './authorization.ts';
import type { Target } from '../target.ts';

/** What an upgrade request says besides what RFC 6455, section 4.1 fixes. */
export interface UpgradeRequest {
  /** The user's own, in their order and spelling. */
  readonly headers: HeaderList;
  readonly subprotocols: readonly string[];
  /** The offer of extensions; '' for none. */
  readonly extensions: string;
  readonly key: string;
  /** From the jar; used where the user wrote no Cookie header. */
  readonly cookie: string | undefined;
  /** The answer to a challenge; it comes in the place of every other Authorization. */
  readonly authorization: string | undefined;
}

/** The bytes of an upgrade request as Latin-1, up to and with the empty line (RFC 9112, section 3). */
export function upgradeHead(target: Target, request: UpgradeRequest): string {
  const { headers, subprotocols, extensions, key, cookie, authorization } = request;
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
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Key', key],
    ['Sec-WebSocket-Version', '13'],
    ['Sec-WebSocket-Protocol', subprotocols.join(', ') || undefined],
    ['Sec-WebSocket-Extensions', extensions || undefined],
    ...own,
    ['Authorization', credentials],
    ['Cookie', wrote.has('cookie') ? undefined : cookie],
  ];
  const lines = all.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\r\n`]));
  return `GET ${target.path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
