import { DuplexError } from '../../shared/errors.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import { classify, nodeCodeOf } from './connectionError.ts';
import { optionNamed } from '../../core/session/options/optionName.ts';

/** How an open connection ended without a close frame from the server. Times in milliseconds. */
export interface EndFacts {
  /** host:port of the server. */
  readonly host: string;
  /**
   * `peer`: the server, or a proxy on the way, ended the TCP connection. `here`: this side did, by a forced end or
   * because no close frame was received in time.
   */
  readonly by: 'peer' | 'here';
  /** Whether TLS ended without its close_notify. */
  readonly isTruncated: boolean;
  /** Whether our close frame had been sent. */
  readonly closeSent: boolean;
  /** The idle time before the end, in milliseconds. */
  readonly idle: number;
  /** Whether anything was sent or received since the handshake. */
  readonly hasTravelled: boolean;
}

/** Idle times from here on are mentioned, because devices on the way may end idle connections. */
const LONG_IDLE = 1_000;

/**
 * One sentence that says who ended a connection, how, and after which idle time: for a close row with the code 1006.
 */
export function endText(facts: EndFacts, options: ConnectOptions): string {
  const { host, by, isTruncated, closeSent } = facts;
  if (by === 'here')
    return closeSent
      ? `${host} did not answer the close frame within ${seconds(options.closeTimeout)}: this side ended the connection.`
      : 'This side ended the connection without a close handshake.';
  const tls = isTruncated ? ' and without the close_notify of TLS, so its data may be truncated' : '';
  if (closeSent) return `${host} ended the TCP connection instead of answering the close frame${tls}.`;
  return `${host} ended the TCP connection without a close frame${tls}${circumstances(facts, options)}.`;
}

/** The error for an open connection whose transport failed. */
export function lostError(error: Error, facts: EndFacts, options: ConnectOptions): DuplexError {
  const { host } = facts;
  const known = classify(error, host, options);
  const how = nodeCodeOf(error) || error.message;
  const cause = { cause: error };
  if (known.code === 'tcp.reset')
    return new DuplexError(
      'tcp.reset',
      `${host} reset the connection (${how})${circumstances(facts, options)}: check the log of the server, or of a proxy in between.`,
      cause,
    );
  return known.code.startsWith('tls.')
    ? new DuplexError(
        known.code,
        `The TLS connection to ${host} broke after it was open (${how}): check the log of the server, or of a proxy in between.`,
        cause,
      )
    : known;
}

/** The time of the end, if it hints at a cause; starts with a comma. */
function circumstances({ idle, hasTravelled }: EndFacts, { heartbeat }: ConnectOptions): string {
  if (idle < LONG_IDLE) return hasTravelled ? '' : ', right after the handshake';
  const remedy =
    heartbeat > 0 && heartbeat < idle
      ? ''
      : ` (a proxy may end idle connections: set ${optionNamed('heartbeat')} to less than that)`;
  return `, after ${seconds(idle)} in which nothing was sent or received${remedy}`;
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}
