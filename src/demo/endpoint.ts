import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { DuplexError } from '../shared/errors.ts';

/** What a path of the demo server does with a connection that was accepted. `socket` is the one below `client`. */
export type Attend = (client: WebSocket, socket: Duplex) => void;

/** How a path answers a handshake instead of accepting it. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One path of the demo server. */
export interface Endpoint {
  readonly paths: readonly string[];
  /** The path as one would type it, with its parameters. */
  readonly usage: string;
  readonly summary: string;
  /**
   * Decides about a handshake, before it is answered.
   * @throws DuplexError `call.invalid` where a query value is out of range
   */
  open(query: URLSearchParams): Attend | Refusal;
}

/** Bytes waiting to be sent beyond which an endpoint stops making more. */
export const HIGH_WATER = 1024 * 1024;

/**
 * A whole number from a demo URL's query.
 * @throws DuplexError `call.invalid` with one sentence where it is no whole number from `min` to `max`
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
