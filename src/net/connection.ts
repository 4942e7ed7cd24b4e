import type { DuplexError } from '../shared/errors.ts';
import type { ConnectOptions } from '../shared/session.ts';
import type { CloseDetail, HeaderList, OpenDetail } from '../shared/timeline.ts';

/** What a refused handshake answered, as far as it came: kept as the evidence of the failure. */
export interface RefusedHandshake {
  readonly status: number;
  readonly headers: HeaderList;
  /** At most MAX_REFUSED_BODY bytes. */
  readonly body: string;
}

/** What a connection tells its session, each at once and in the order of the wire. */
export interface ConnectionHandler {
  /** The handshake came about. Secrets in the headers are not masked. */
  onOpen(detail: OpenDetail): void;
  /** `payload` is a view of a pooled buffer, valid only during the call. */
  onMessage(kind: 'text' | 'binary', payload: Uint8Array): void;
  onControl(kind: 'ping' | 'pong', direction: 'in' | 'out', payload: Uint8Array): void;
  /** What went wrong; `onEnd` follows. */
  onError(error: DuplexError, refused: RefusedHandshake | undefined): void;
  /**
   * The last call. Without a detail there was no connection to close.
   * @param direction `out` where our close frame came first
   */
  onEnd(close: (CloseDetail & { readonly direction: 'in' | 'out' }) | undefined): void;
}

/** One WebSocket connection, from its handshake to its end. */
export interface Connection {
  /** Resolves when the bytes were handed to the kernel. */
  send(kind: 'text' | 'binary', payload: Uint8Array): Promise<void>;
  ping(payload: Uint8Array): Promise<void>;
  /** Starts the close handshake (RFC 6455, section 7.1.2), or cancels the opening one. */
  close(code: number, reason: string): void;
  /** Ends the TCP connection at once. */
  terminate(): void;
  /** Stops reading from the socket: TCP then slows the sender down. */
  pause(): void;
  resume(): void;
  /** Resolves when the transport is gone: after an error its close frame may still be on the way. */
  readonly finished: Promise<void>;
  /** False before it is open, and from the first close frame or failure on. */
  readonly canSend: boolean;
  /** Bytes that wait to be sent. */
  readonly bufferedAmount: number;
  /** Bytes that came over TCP since it was open: they tell that a long message is still arriving. */
  readonly bytesRead: number;
}

export type Connect = (options: ConnectOptions, handler: ConnectionHandler) => Connection;
