import type { PartialMessage } from '../core/frames/frameScanner.ts';
import { maskDeep } from '../core/session/secrets/maskSecrets.ts';
import type { DuplexError } from '../shared/errors.ts';
import type { ConnectOptions } from '../shared/session.ts';
import type {
  CloseDetail,
  ErrorDetail,
  NoteDetail,
  OpenDetail,
  Exchange,
  FailurePhase,
} from '../shared/timeline.ts';
import type { FrameObserver } from './frames/frameTap.ts';

/** The details of a failure besides its code and sentence. Secrets in headers, body and exchanges are not masked. */
export type Evidence = Omit<ErrorDetail, 'code' | 'message'>;

/** The events of a connection for its session, reported at once and in wire order. */
export interface ConnectionHandler {
  /** The handshake succeeded. Secrets in the headers and exchanges are not masked. */
  onOpen(detail: OpenDetail): void;
  /**
   * @param payload a view of a pooled buffer, valid only during the call. It may be a Buffer: pass on `plainBytes(payload)`
   * @param flags bits of FLAG
   */
  onMessage(kind: 'text' | 'binary', payload: Uint8Array, flags: number): void;
  onControl(kind: 'ping' | 'pong', direction: 'in' | 'out', payload: Uint8Array): void;
  /** A redirect is followed, or the connection is less secure than the defaults. Secrets in the note are not masked. */
  readonly onNote?: ((note: NoteDetail) => void) | undefined;
  /** Whether messages are passed on to another connection as they arrive. */
  readonly passesOn?: boolean | undefined;
  /** Receives every frame, each before its message. Undefined if frames are not needed. */
  readonly frames?: FrameObserver | undefined;
  /** A failure; `onEnd` follows. */
  onError(error: DuplexError, evidence: Evidence): void;
  /**
   * The last call. Without a detail, there was no connection to close.
   * @param direction `out` if our close frame came first
   */
  onEnd(close: (CloseDetail & { readonly direction: 'in' | 'out' }) | undefined): void;
}

export type FragmentSize = number | readonly number[];

/** One WebSocket connection from its handshake to its end. */
export interface Connection {
  /**
   * Resolves when the kernel has taken the bytes.
   * @param fragmentSize bytes of each fragment, or a list of them, of which the last one takes the rest; 0:
   * one frame; by default the fragment size of the options
   */
  send(kind: 'text' | 'binary', payload: Uint8Array, fragmentSize?: FragmentSize): Promise<void>;
  /**
   * Sends without a promise, which costs more than a short message. A message that cannot be sent is dropped,
   * because the connection's end is reported anyway.
   */
  post(kind: 'text' | 'binary', payload: Uint8Array): void;
  /** The FLAG bits of a sent message of this size. */
  sendFlags(bytes: number): number;
  ping(payload: Uint8Array): Promise<void>;
  /** Sends an unsolicited pong, or one that was not sent automatically (RFC 6455, section 5.5.3). */
  pong(payload: Uint8Array): Promise<void>;
  /** Starts the close handshake (RFC 6455, section 7.1.2), or cancels the opening handshake. 1005 sends no code. */
  close(code: number, reason: string): void;
  /** Ends the TCP connection at once. */
  terminate(): void;
  /** Stops reading from the socket: TCP then slows the sender down. */
  pause(): void;
  resume(): void;
  /** Resolves when the transport has ended: after an error its close frame may still be on the way. */
  readonly finished: Promise<void>;
  /** False before it is open, and after the first close frame or failure. */
  readonly canSend: boolean;
  /** Bytes waiting to be sent. */
  readonly bufferedAmount: number;
  /** Bytes received over TCP since the connection opened, which shows the progress of a long message. */
  readonly bytesRead: number;
  /** Bytes that the kernel has taken since the connection opened, which shows the progress of a long message. */
  readonly bytesWritten: number;
  /** The partly received message. It remains after the end. */
  readonly arriving: PartialMessage | undefined;
}

export type Connect = (options: ConnectOptions, handler: ConnectionHandler) => Connection;

/** The facts that a handshake has found so far. Its steps write them; if a step fails, they are the evidence. */
export type Trace = { -readonly [K in keyof Evidence]: Evidence[K] } & {
  phase: FailurePhase;
  exchanges: MutableExchange[];
  /** Secrets that a server gave during the handshake. */
  secrets: readonly string[];
};

type MutableExchange = { -readonly [K in keyof Exchange]: Exchange[K] };

export function newTrace(): Trace {
  return { phase: 'dns', exchanges: [], secrets: [] };
}

/** Forgets facts about the previous peer, because a redirect points elsewhere. The exchanges stay. */
export function nextHop(trace: Trace): void {
  trace.phase = 'dns';
  delete trace.address;
  delete trace.proxy;
  delete trace.tls;
}

/** A snapshot that no longer changes, without the received secrets. */
export function evidenceOf({ secrets, ...trace }: Trace): Evidence {
  const evidence = { ...trace, exchanges: trace.exchanges.map((exchange) => ({ ...exchange })) };
  return secrets.length === 0 ? evidence : maskDeep(evidence, secrets);
}
