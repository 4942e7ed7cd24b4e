import { createHash } from 'node:crypto';
import type { ConnectOptions } from '../shared/session.ts';
import { connectionError } from './connectionError.ts';
import { acceptExtensions } from './deflate.ts';
import type { PerMessageDeflate } from './deflate.ts';
import { subprotocolProblem } from './refusal.ts';
import { headerOf, headersOf } from './responseHead.ts';
import type { ResponseHead } from './responseHead.ts';
import type { Target } from './target.ts';
import type { Trace } from './trace.ts';

/** RFC 6455, section 1.3. */
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** What was offered. */
export interface Offer {
  readonly target: Target;
  readonly options: ConnectOptions;
  readonly key: string;
  readonly deflate: PerMessageDeflate | undefined;
}

/** What a 101 answer agrees to. */
export interface Agreed {
  readonly protocol: string;
  /** As the server wrote them. */
  readonly extensions: string;
  /** Undefined where messages are not compressed. */
  readonly deflate: PerMessageDeflate | undefined;
}

/** @throws DuplexError where a 101 answer does not hold what RFC 6455, section 4.1 demands */
export function acceptUpgrade(
  { headers }: Pick<ResponseHead, 'headers'>,
  offer: Offer,
  trace: Trace,
): Agreed {
  const { target, options, key, deflate } = offer;
  if (headerOf(headers, 'upgrade')?.toLowerCase() !== 'websocket')
    throw connectionError('handshake.accept', target.address, options, 'its Upgrade header is not websocket');
  const expected = createHash('sha1').update(`${key}${ACCEPT_GUID}`).digest('base64');
  if (headerOf(headers, 'sec-websocket-accept') !== expected)
    throw connectionError('handshake.accept', target.address, options, 'its Sec-WebSocket-Accept is wrong');
  const protocol = headerOf(headers, 'sec-websocket-protocol');
  const problem = subprotocolProblem(protocol, options.subprotocols);
  if (problem !== undefined) {
    if (protocol !== undefined) trace.subprotocol = protocol;
    throw problem;
  }
  const extensions = headersOf(headers, 'sec-websocket-extensions').join(', ');
  try {
    const isUsed = acceptExtensions(extensions || undefined, deflate);
    return { protocol: protocol ?? '', extensions, deflate: isUsed ? deflate : undefined };
  } catch (error) {
    throw connectionError('handshake.extension', target.address, options, (error as Error).message, error);
  }
}
