import { closePayload, wireFrame, type ReceivedFrame } from '../../support/wire.ts';

// The endpoint under test is the client (`duplex connect --echo`) or the server (`duplex serve` with an echo rule).
// Every case runs in both roles.

export type Side = 'client' | 'server';

/** The options with which a case connects. */
export interface Terms {
  /** The largest message that the endpoint takes, such as `1MiB`. */
  readonly limit?: '1MiB' | '1KiB';
  /** The parameters of permessage-deflate; undefined: without compression. */
  readonly deflate?: string;
}

/** A connection to the endpoint under test. */
export interface Endpoint {
  /**
   * Sends whole frames, masked if this end is the client, in writes of at most `chop` bytes where that is given, each on its
   * way before the next.
   */
  write(frames: Uint8Array, chop?: number): Promise<void>;
  /** The next received frames, or fewer if the connection ended. */
  take(count: number): Promise<ReceivedFrame[]>;
  /** The frames received until the connection ended. */
  rest(): Promise<ReceivedFrame[]>;
  /** Resolves when the endpoint has ended without complaint. @param code of the close frame that it was sent */
  isContent(code: number): Promise<void>;
  /** Resolves when the endpoint has reported an error of this end in one sentence that fits the close code. */
  complains(code: number, terms: Terms): Promise<void>;
}

/** The endpoint under test. */
export interface Role {
  readonly own: Side;
  readonly peer: Side;
  meet(terms?: Terms): Promise<Endpoint>;
}

/** First byte and payload of a frame. */
export type FrameParts = readonly [first: number, payload: Buffer | string];

export const CLOSE = 0x88;
export const GOODBYE = wireFrame(CLOSE, closePayload(1000));
export const ANSWER: FrameParts = [CLOSE, closePayload(1000)];

/** Received frames in the form in which they are compared. */
export function plain(frames: readonly ReceivedFrame[]): unknown[] {
  return frames.map(({ first, masked, payload }) => [first, masked, payload.toString('latin1')]);
}

/** The frames that the endpoint must send: a client masks its frames, a server does not (RFC 6455, section 5.1). */
export function wanted({ own }: Role, frames: readonly FrameParts[]): unknown[] {
  return frames.map(([first, payload]) => [
    first,
    own === 'client',
    Buffer.from(payload as string).toString('latin1'),
  ]);
}

/** The header line that agrees on permessage-deflate with these parameters, or offers it. */
export function deflateHeader(parameters: string): string {
  return `Sec-WebSocket-Extensions: ${['permessage-deflate', parameters].filter(Boolean).join('; ')}`;
}
