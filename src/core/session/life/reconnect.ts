import type { ConnectOptions } from '../../../shared/session.ts';
import type { HeaderList } from '../../../shared/timeline.ts';

/** How a connection ended, or a handshake did not come about. */
export interface ConnectionEnd {
  /** Whether we asked for it: by a close, a cancel, a forced end. */
  readonly byUs: boolean;
  /** What failed, as far as an error told; its code is one of shared/errors.ts. */
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  /** The HTTP status that a server or a proxy refused the handshake with, and the headers of that answer. */
  readonly status?: number | undefined;
  readonly headers?: HeaderList | undefined;
  /** Of a connection that was open; 1005 and 1006 as in RFC 6455, section 7.1.5. */
  readonly close?: { readonly code: number; readonly reason: string } | undefined;
}

/**
 * Statuses below 500 that say themselves that the same request may succeed later: Request Timeout (RFC 9110, section 15.5.9),
 * Too Early (RFC 8470, section 5.2), Too Many Requests (RFC 6585, section 4).
 */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);

/** The longest wait that a server may ask for, in milliseconds: a session does not wait longer without being seen. */
const LONGEST_WAIT = 60 * 60_000;

/** Failures that another try may mend: of the network, and of a server that is down, busy or starting. */
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
 * Close codes after which a server is expected back: going away, no close frame at all, an internal error, a restart, a
 * time of overload, a gateway without its server. All other codes are final: a normal end (1000, 1005), a breach of the protocol
 * or of a policy (1002, 1003, 1007 to 1010), or the application's own decision (3000 to 4999).
 */
const PASSING_CLOSES: ReadonlySet<number> = new Set([1001, 1006, 1011, 1012, 1013, 1014]);

/** Closes after which nobody expects another connection. */
const NORMAL_CLOSES: ReadonlySet<number> = new Set([1000, 1005]);

/** Whether the end is nothing to wonder about: we asked for it, or the server said good-bye. */
export function isNormalEnd({ byUs, error, close }: ConnectionEnd): boolean {
  return byUs || (error === undefined && close !== undefined && NORMAL_CLOSES.has(close.code));
}

/** Whether connecting again may help, and the cause in words that a note can quote. */
export function mayReconnect(end: ConnectionEnd): { readonly worth: boolean; readonly cause: string } {
  const { byUs, error, status, close } = end;
  if (byUs) return { worth: false, cause: 'it was closed here' };
  if (error !== undefined) {
    const { code } = error;
    // Other 4xx are about this request: the same request gets the same answer, of a proxy too.
    if (status !== undefined && status >= 400)
      return { worth: status >= 500 || PASSING_STATUSES.has(status), cause: `HTTP ${status}` };
    return { worth: PASSING.has(code), cause: code };
  }
  if (close === undefined) return { worth: false, cause: 'the handshake did not come about' };
  const { code } = close;
  const cause = code === 1006 ? 'the connection was lost' : `the server closed with ${code}`;
  return { worth: PASSING_CLOSES.has(code), cause };
}

type Delays = Pick<ConnectOptions, 'reconnectDelay' | 'reconnectMaxDelay'>;

/**
 * Milliseconds before the attempt of this number, from 1. They double up to the longest, and each is drawn from the upper
 * half of its range: they grow from one attempt to the next, and many sessions that lost one server come back at
 * different times.
 * @param random 0 to 1
 */
export function reconnectDelay(attempt: number, delays: Delays, random: number): number {
  const most = Math.max(delays.reconnectDelay, delays.reconnectMaxDelay);
  // 2 ** 30 is beyond every longest delay: no overflow however many attempts there are.
  const whole = Math.min(most, delays.reconnectDelay * 2 ** Math.min(attempt - 1, 30));
  return Math.round(whole * (0.5 + random / 2));
}

/**
 * How long a refusal asks to wait (RFC 9110, section 10.2.3), in milliseconds; undefined if it does not say. A date is compared
 * with the answer's own Date, for this machine's clock may be wrong.
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

/** A date of HTTP (RFC 9110, section 5.6.7), not all that JavaScript takes for a date: `1.5` is none. */
function httpDate(text: string | undefined): number | undefined {
  const time = text !== undefined && /^[A-Z][a-z]+,? .*\d{2}:\d{2}:\d{2}/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** A wait before the next attempt: our own, or the longer one that the server asks for. */
export interface Wait {
  readonly delay: number;
  /** Whether the server asked for it. */
  readonly byServer: boolean;
}

/**
 * @param own milliseconds that we would wait
 * @param random 0 to 1: many sessions that one server asks to wait do not come back in one moment
 * @returns undefined if the server asks for more than an hour
 */
export function waitFor(
  own: number,
  { status = 0, headers = [] }: Pick<ConnectionEnd, 'status' | 'headers'>,
  { reconnectDelay: spread }: Pick<ConnectOptions, 'reconnectDelay'>,
  random: number,
  now: number,
): Wait | undefined {
  const asked = status >= 400 ? retryAfter(headers, now) : undefined;
  if (asked === undefined || asked <= own) return { delay: own, byServer: false };
  if (asked > LONGEST_WAIT) return undefined;
  return { delay: asked + Math.round(spread * random), byServer: true };
}

/** Milliseconds that a connection has to hold before failures after it count anew, as the first in a row. */
export function steadyAfter(delays: Delays): number {
  return Math.max(delays.reconnectDelay, delays.reconnectMaxDelay);
}
