import { createHash } from 'node:crypto';
import type { ConnectOptions } from '../../shared/session.ts';
import type { HeaderList } from '../../shared/timeline.ts';
import { connectionError } from '../failure/connectionError.ts';
import { acceptExtensions } from './deflate.ts';
import type { PerMessageDeflate } from './deflate.ts';
import { DuplexError } from '../../shared/errors.ts';
import { headersOf, quoted } from './responseHead.ts';
import type { ResponseHead } from './responseHead.ts';
import type { ConnectionTarget } from '../target.ts';
import type { Trace } from '../connection.ts';

/** RFC 6455, section 1.3. */
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The offer of an upgrade request. */
export interface Offer {
  readonly target: ConnectionTarget;
  readonly options: ConnectOptions;
  readonly key: string;
  readonly deflate: PerMessageDeflate | undefined;
}

/** The negotiated parameters of a 101 response. */
export interface Agreed {
  readonly protocol: string;
  /** In the server's spelling and order. */
  readonly extensions: string;
  /** Undefined if messages are not compressed. */
  readonly deflate: PerMessageDeflate | undefined;
}

/** @throws DuplexError if a 101 response violates RFC 6455, section 4.1, or accepts something that was not offered */
export function acceptUpgrade(
  { headers, version }: Pick<ResponseHead, 'headers' | 'version'>,
  offer: Offer,
  trace: Trace,
): Agreed {
  const { target, options, key, deflate } = offer;
  const wrong = unproven(headers, version, key);
  if (wrong !== undefined) throw connectionError('handshake.accept', target.address, options, wrong);
  const protocol = joined(headers, 'sec-websocket-protocol');
  const problem = subprotocolProblem(protocol, options.subprotocols);
  if (problem !== undefined) {
    if (protocol !== undefined) trace.subprotocol = protocol;
    throw problem;
  }
  const extensions = joined(headers, 'sec-websocket-extensions');
  try {
    const isUsed = acceptExtensions(extensions, deflate, options);
    return { protocol: protocol ?? '', extensions: extensions ?? '', deflate: isUsed ? deflate : undefined };
  } catch (error) {
    throw connectionError('handshake.extension', target.address, options, (error as Error).message, error);
  }
}

/**
 * The missing proof that the server speaks WebSocket (RFC 6455, section 4.1, steps 2 to 4); undefined if nothing is
 * missing.
 */
function unproven(headers: HeaderList, version: string, key: string): string | undefined {
  if (version === '1.0') return 'it answers in HTTP/1.0, and only HTTP/1.1 can upgrade';
  const upgrades = headersOf(headers, 'upgrade');
  const [upgrade] = upgrades;
  if (upgrade === undefined) return 'it has no Upgrade header';
  if (upgrades.length > 1) return `its Upgrade header comes ${times(upgrades.length)}: ${listOf(upgrades)}`;
  if (upgrade.toLowerCase() !== 'websocket')
    return `its Upgrade header is ${listOf(upgrades)} and not websocket`;
  const connections = headersOf(headers, 'connection');
  if (connections.length === 0) return 'it has no Connection header';
  if (!/(^|,)[ \t]*upgrade[ \t]*(,|$)/i.test(connections.join(',')))
    return `its Connection header is ${listOf(connections)} and does not say Upgrade`;
  const accepts = headersOf(headers, 'sec-websocket-accept');
  if (accepts.length === 0) return 'it has no Sec-WebSocket-Accept header';
  if (accepts.length > 1) return `its Sec-WebSocket-Accept header comes ${times(accepts.length)}`;
  const expected = createHash('sha1').update(`${key}${ACCEPT_GUID}`).digest('base64');
  return accepts[0] === expected
    ? undefined
    : `its Sec-WebSocket-Accept is ${listOf(accepts)}, and the key of this request asks for “${expected}”`;
}

function times(count: number): string {
  return count === 2 ? 'twice' : `${count} times`;
}

function listOf(values: readonly string[]): string {
  return quoted(values.map((value) => `“${value}”`).join(' and '));
}

/** The reason why the subprotocol of a 101 response is not acceptable (RFC 6455, section 4.1); undefined if it is. */
function subprotocolProblem(
  answered: string | undefined,
  offered: readonly string[],
): DuplexError | undefined {
  const sentence = subprotocolSentence(answered, offered);
  return sentence === undefined ? undefined : new DuplexError('handshake.subprotocol', sentence);
}

function subprotocolSentence(answered: string | undefined, offered: readonly string[]): string | undefined {
  if (answered === undefined)
    return offered.length === 0
      ? undefined
      : `The server chose none of the subprotocols ${offered.join(', ')}: offer one that it speaks, or none.`;
  const named = quoted(answered);
  const items = answered.split(',').map((item) => item.trim());
  if (answered === '')
    return 'The server chose a subprotocol without a name (RFC 6455, section 4.2.2): correct the server.';
  if (items.includes(''))
    return `The server chose the subprotocol “${named}”, a list with an empty item, and may name only one (RFC 6455, section 4.2.2): correct the server.`;
  if (items.length > 1)
    return `The server chose several subprotocols, “${named}”, of which it may name one (RFC 6455, section 4.2.2): correct the server.`;
  if (offered.length === 0)
    return `The server chose the subprotocol “${named}” though none was offered: offer it, and connect again.`;
  return offered.includes(answered)
    ? undefined
    : `The server chose the subprotocol “${named}”, which is not among ${offered.join(', ')}: offer it too, and connect again.`;
}

/** The values of all headers of a name as one (RFC 9110, section 5.2). */
function joined(headers: HeaderList, name: string): string | undefined {
  const values = headersOf(headers, name);
  return values.length === 0 ? undefined : values.join(', ');
}
