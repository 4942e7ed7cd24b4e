import { createHash } from 'node:crypto';
import type { ConnectOptions } from '../shared/session.ts';
import type { HeaderList } from '../shared/timeline.ts';
import { connectionError } from './connectionError.ts';
import { acceptExtensions } from './deflate.ts';
import type { PerMessageDeflate } from './deflate.ts';
import { subprotocolProblem } from './refusal.ts';
import { headersOf } from './responseHead.ts';
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
  const wrong = unproven(headers, key);
  if (wrong !== undefined) throw connectionError('handshake.accept', target.address, options, wrong);
  const protocol = joined(headers, 'sec-websocket-protocol');
  const problem = subprotocolProblem(protocol, options.subprotocols);
  if (problem !== undefined) {
    if (protocol !== undefined) trace.subprotocol = protocol;
    throw problem;
  }
  const extensions = joined(headers, 'sec-websocket-extensions');
  try {
    const isUsed = acceptExtensions(extensions || undefined, deflate);
    return { protocol: protocol ?? '', extensions: extensions ?? '', deflate: isUsed ? deflate : undefined };
  } catch (error) {
    throw connectionError('handshake.extension', target.address, options, (error as Error).message, error);
  }
}

/** What of the proof is missing that the other side speaks WebSocket (RFC 6455, section 4.1, steps 2 to 4). */
function unproven(headers: HeaderList, key: string): string | undefined {
  if (joined(headers, 'upgrade')?.toLowerCase() !== 'websocket') return 'its Upgrade header is not websocket';
  if (!/(^|,)[ \t]*upgrade[ \t]*(,|$)/i.test(joined(headers, 'connection') ?? ''))
    return 'its Connection header does not say Upgrade';
  const expected = createHash('sha1').update(`${key}${ACCEPT_GUID}`).digest('base64');
  return joined(headers, 'sec-websocket-accept') === expected
    ? undefined
    : 'its Sec-WebSocket-Accept is wrong';
}

/** All headers of a name as one (RFC 9110, section 5.2): one that may come once does not hold where it came twice. */
function joined(headers: HeaderList, name: string): string | undefined {
  const values = headersOf(headers, name);
  return values.length === 0 ? undefined : values.join(', ');
}
