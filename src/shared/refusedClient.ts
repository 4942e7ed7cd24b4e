/** A client that was not accepted. */
export interface RefusedClient {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Its address and port; undefined if it had already left. */
  readonly address: string | undefined;
  /** The path and the query of its request; undefined if it sent no HTTP request. */
  readonly target: string | undefined;
  /** The HTTP status of the response; undefined if it received none. */
  readonly status: number | undefined;
  /** One sentence, with the section of the RFC if the client violated it. */
  readonly reason: string;
}

/**
 * Receives one sentence about a client's mistake.
 * @param refused the client, if it was refused because of the mistake
 */
export type OnClientFault = (sentence: string, refused?: RefusedClient) => void;
