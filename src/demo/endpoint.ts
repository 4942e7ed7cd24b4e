import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

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
