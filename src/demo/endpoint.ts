import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { DuplexError } from '../shared/errors.ts';

/** Serves an accepted connection. `socket` is the TCP socket of `client`. */
export type ServeClient = (client: WebSocket, socket: Duplex) => void;

/** An HTTP response that refuses a handshake. */
export interface HttpRefusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One path of the demo server. */
export interface Endpoint {
  readonly paths: readonly string[];
  /** The path with its parameters, as a user types it. */
  readonly usage: string;
  readonly summary: string;
  /**
   * Accepts or refuses a handshake.
   * @throws DuplexError `call.invalid` if a query value is out of range
   */
  open(query: URLSearchParams): ServeClient | HttpRefusal;
}

/** Bytes waiting to be sent above which an endpoint pauses. */
export const HIGH_WATER = 1024 * 1024;

/**
 * Reads an integer from the query of a demo URL.
 * @throws DuplexError `call.invalid` if the value is not an integer from `min` to `max`
 */
export function integerParameter(
  query: URLSearchParams,
  name: string,
  range: { readonly min: number; readonly max: number; readonly fallback: number },
): number {
  const text = query.get(name);
  if (text === null) return range.fallback;
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text) || value < range.min || value > range.max) {
    const { min, max } = range;
    throw new DuplexError(
      'call.invalid',
      `"${name}" is ${JSON.stringify(text)}; give a whole number from ${min} to ${max}.`,
    );
  }
  return value;
}
