import type { CloseDetail } from '../../../shared/timeline.ts';

/** Close codes that an application may send (RFC 6455, section 7.4.1, and IANA's registry). */
export const CLOSE_CODES: ReadonlyMap<string, string> = new Map([
  ['1000', 'Normal closure'],
  ['1001', 'Going away'],
  ['1002', 'Protocol error'],
  ['1003', 'Unsupported data'],
  ['1007', 'Invalid payload data'],
  ['1008', 'Policy violation'],
  ['1009', 'Message too big'],
  ['1010', 'Mandatory extension'],
  ['1011', 'Internal error'],
  ['1012', 'Service restart'],
  ['1013', 'Try again later'],
  ['1014', 'Bad gateway'],
  ['3000', 'Unauthorized'],
  ['3003', 'Forbidden'],
  ['3008', 'Timeout'],
]);

/** Close codes with a known meaning; those from 4000 on by subprotocol. */
const CLOSES: readonly (readonly [code: number, protocol: RegExp, headline: string, change: string])[] = [
  [1001, /^/, 'The server is going away', 'connect again'],
  [1002, /^/, 'The server found a protocol error', 'check its log for the reason'],
  [
    1003,
    /^/,
    'The server does not accept this kind of message',
    'send text instead of binary, or binary instead of text',
  ],
  [1007, /^/, 'The server found invalid data in a message', 'check its encoding'],
  [
    1008,
    /^/,
    'The server refuses by its policy',
    'check the credentials, the Origin header and the messages that were sent',
  ],
  [1009, /^/, 'The message was too large for the server', 'send a smaller one'],
  [1011, /^/, 'The server had an internal error', 'check its log'],
  [1012, /^/, 'The server is restarting', 'connect again'],
  [1013, /^/, 'The server is overloaded', 'connect again later'],
  [1014, /^/, 'A gateway got no valid answer from the server behind it', 'connect again later'],
  [3000, /^/, 'The server asks for credentials', 'send the credentials that it expects'],
  [3003, /^/, 'The server refuses access', 'check the credentials and the rights of the user'],
  [3008, /^/, 'The server waited too long for a message', 'send the message that it expects in time'],
  [4400, /^graphql-transport-ws$/, 'A message breaks the GraphQL protocol', 'check its type and members'],
  [
    4401,
    /^graphql-transport-ws$/,
    'Subscribed before the connection was acknowledged',
    'send connection_init and wait for connection_ack first',
  ],
  [
    4403,
    /^graphql-transport-ws$/,
    'The server refuses connection_init',
    'check its payload, which carries the credentials',
  ],
  [
    4408,
    /^graphql-transport-ws$/,
    'connection_init came too late',
    'send it right after the connection opens',
  ],
  [4409, /^graphql-transport-ws$/, 'A subscription with this id exists already', 'use another id'],
  [4429, /^graphql-transport-ws$/, 'connection_init was sent twice', 'send it once'],
  [4401, /^/, 'The application asks for credentials (4401)', 'send the credentials that it expects'],
  [4403, /^/, 'The application refuses access (4403)', 'check the credentials and the rights of the user'],
];

/**
 * Explains an abnormal close code, and the change that may help.
 * @param protocol the negotiated subprotocol
 * @returns undefined for a normal end and for codes without a known meaning
 */
export function closeHeadline(
  { code }: Pick<CloseDetail, 'code'>,
  protocol: string,
): { readonly headline: string; readonly change: string } | undefined {
  if (code === 1006)
    return { headline: 'Connection lost without a close frame', change: 'connect again, or set a heartbeat' };
  const known = CLOSES.find(([each, pattern]) => each === code && pattern.test(protocol));
  return known && { headline: known[2], change: known[3] };
}
