/** A client that was not accepted. */
export interface RefusedClient {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Its address and port; undefined if it had left already. */
  readonly address: string | undefined;
  /** The path and the query that it asked for; undefined if it sent no HTTP request. */
  readonly target: string | undefined;
  /** The HTTP status of the answer; undefined if it got none. */
  readonly status: number | undefined;
  /** One sentence, with the section of the RFC if the client violated it. */
  readonly reason: string;
}

/** Receives one sentence about a client's mistake. @param refused the client, if it was not accepted because of it */
export type OnClientFault = (sentence: string, refused?: RefusedClient) => void;
