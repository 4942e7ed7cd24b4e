import type { ConnectOptions } from '../../../shared/session.ts';
import type { HeaderList } from '../../../shared/timeline.ts';

/** How a connection or a handshake ended. */
export interface ConnectionEnd {
  /** Whether we ended it: by a close, a cancellation or a forced end. */
  readonly byUs: boolean;
  /** The failure, if an error reported one; its code is one of shared/errors.ts. */
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  /** The HTTP status and headers with which a server or a proxy refused the handshake. */
  readonly status?: number | undefined;
  readonly headers?: HeaderList | undefined;
  /** The close code of a connection that was open; 1005 and 1006 as in RFC 6455, section 7.1.5. */
  readonly close?: { readonly code: number; readonly reason: string } | undefined;
}

/**
 * Statuses below 500 after which the same request may succeed later: Request Timeout (RFC 9110, section 15.5.9), Too
 * Early (RFC 8470, section 5.2), Too Many Requests (RFC 6585, section 4).
 */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);

/** The longest wait in milliseconds that a server may ask for. A session does not wait longer unnoticed. */
const LONGEST_WAIT = 60 * 60_000;

/** Failures that another attempt may overcome: of the network, or of a server that is down, busy or starting. */
const PASSING: ReadonlySet<string> = new Set([
  'dns.not-found',
  'tcp.refused',
  'tcp.reset',
  'tcp.timeout',
  'proxy.unreachable',
  'handshake.timeout',
  'heartbeat.lost',
]);

/**
 * Close codes after which the server is expected to return: going away, no close frame at all, an internal error, a
 * restart, overload, a gateway without its server. All other codes are final: a normal end (1000, 1005), a violation of
 * the protocol or of a policy (1002, 1003, 1007 to 1010), or the application's own decision (3000 to 4999).
 */
export const PASSING_CLOSES: ReadonlySet<number> = new Set([1001, 1006, 1011, 1012, 1013, 1014]);

/** Close codes after which no further connection is expected. */
const NORMAL_CLOSES: ReadonlySet<number> = new Set([1000, 1005]);

/** Whether the end was expected: we asked for it, or the server closed normally. */
export function isNormalEnd({ byUs, error, close }: ConnectionEnd): boolean {
  return byUs || (error === undefined && close !== undefined && NORMAL_CLOSES.has(close.code));
}

/** Whether reconnecting may help, and the cause in words that a note can quote. */
export function mayReconnect(end: ConnectionEnd): { readonly worth: boolean; readonly cause: string } {
  const { byUs, error, status, close } = end;
  if (byUs) return { worth: false, cause: 'it was closed here' };
  if (error !== undefined) {
    const { code } = error;
    // Other 4xx are about this request: the same request gets the same answer, from a proxy too.
    if (status !== undefined && status >= 400)
      return { worth: status >= 500 || PASSING_STATUSES.has(status), cause: `HTTP ${status}` };
    return { worth: PASSING.has(code), cause: code };
  }
  if (close === undefined) return { worth: false, cause: 'the handshake failed' };
  const { code } = close;
  const cause = code === 1006 ? 'the connection was lost' : `the server closed with ${code}`;
  return { worth: PASSING_CLOSES.has(code), cause };
}

type Delays = Pick<ConnectOptions, 'reconnectDelay' | 'reconnectMaxDelay'>;

/**
 * Milliseconds before the attempt of this number, from 1. They double up to the longest delay, and each is drawn from
 * the upper half of its range. Delays thus grow from one attempt to the next, and many sessions that lost one server
 * return at different times.
 * @param random 0 to 1
 */
export function reconnectDelay(attempt: number, delays: Delays, random: number): number {
  const most = Math.max(delays.reconnectDelay, delays.reconnectMaxDelay);
  // 2 ** 30 exceeds every longest delay, so nothing overflows after many attempts.
  const whole = Math.min(most, delays.reconnectDelay * 2 ** Math.min(attempt - 1, 30));
  return Math.round(whole * (0.5 + random / 2));
}

/**
 * The wait in milliseconds that a refusal asks for (RFC 9110, section 10.2.3); undefined if it asks for none. A date is
 * compared with the answer's own Date, because this machine's clock may be wrong.
 * @param now wall-clock milliseconds
 */
export function retryAfter(headers: HeaderList, now: number): number | undefined {
  const valueOf = (name: string): string | undefined =>
    headers.find(([each]) => each.toLowerCase() === name)?.[1].trim();
  const value = valueOf('retry-after');
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1000, Number.MAX_SAFE_INTEGER);
  const at = httpDate(value);
  if (at === undefined) return undefined;
  return Math.max(0, at - (httpDate(valueOf('date')) ?? now));
}

/** An HTTP date (RFC 9110, section 5.6.7). JavaScript accepts more as a date, such as `1.5`. */
function httpDate(text: string | undefined): number | undefined {
  const time = text !== undefined && /^[A-Z][a-z]+,? .*\d{2}:\d{2}:\d{2}/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** The wait before the next attempt: our own, or the longer one that the server asks for. */
export interface ReconnectWait {
  readonly delay: number;
  /** Whether the server asked for it. */
  readonly byServer: boolean;
}

/**
 * @param own our own delay in milliseconds
 * @param random 0 to 1, so that many sessions that one server asks to wait do not return at the same moment
 * @returns undefined if the server asks for more than an hour
 */
export function waitBeforeAttempt(
  own: number,
  { status = 0, headers = [] }: Pick<ConnectionEnd, 'status' | 'headers'>,
  { reconnectDelay: spread }: Pick<ConnectOptions, 'reconnectDelay'>,
  random: number,
  now: number,
): ReconnectWait | undefined {
  const asked = status >= 400 ? retryAfter(headers, now) : undefined;
  if (asked === undefined || asked <= own) return { delay: own, byServer: false };
  if (asked > LONGEST_WAIT) return undefined;
  return { delay: asked + Math.round(spread * random), byServer: true };
}

/** Milliseconds that a connection must last before the count of consecutive failures starts again. */
export function steadyAfter(delays: Delays): number {
  return Math.max(delays.reconnectDelay, delays.reconnectMaxDelay);
}
