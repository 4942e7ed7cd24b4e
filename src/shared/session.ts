import type { HeaderList } from './timeline.ts';

/** Names a session within one engine and its folder on disk. Letters, digits and `-` only. */
export type SessionId = string & { readonly __sessionId: never };

export const SESSION_STATES = [
  'idle',
  'connecting',
  'open',
  'closing',
  'closed',
  'waiting',
  'failed',
] as const;
/** `waiting`: between reconnects. `failed`: the handshake did not come about. */
export type SessionState = (typeof SESSION_STATES)[number];

/** How to connect. Durations in milliseconds, sizes in bytes. */
export interface ConnectOptions {
  /** ws: or wss:, as the user wrote it. */
  readonly url: string;
  /** In order; several of a name are allowed. */
  readonly headers: HeaderList;
  readonly subprotocols: readonly string[];
  readonly handshakeTimeout: number;
  readonly closeTimeout: number;
  /** 0: no limit. */
  readonly maxPayload: number;
  /** Offer permessage-deflate (RFC 7692). */
  readonly deflate: boolean;
}

/** Messages and payload bytes of one direction. Control frames count in `messages` of neither. */
export interface Counter {
  readonly messages: number;
  readonly bytes: number;
}

/** What panel, tree and status bar show of a session without asking further. */
export interface SessionSummary {
  readonly id: SessionId;
  readonly name: string;
  /** Without credentials: safe to show, store and log. */
  readonly url: string;
  readonly state: SessionState;
  /** The subprotocol and the extensions that the server agreed to; empty before `open`. */
  readonly protocol: string;
  readonly extensions: string;
  /** Wall-clock start in milliseconds since the epoch; rows are timed from it. */
  readonly startedAt: number;
  /** Wall-clock time of the last `open`, or undefined. */
  readonly openedAt: number | undefined;
  readonly in: Counter;
  readonly out: Counter;
  /** The last failure, while `failed` or after an abnormal `closed`. */
  readonly error: { readonly code: string; readonly message: string } | undefined;
  /** Number of the first row that is not hidden by a clear. */
  readonly firstRow: number;
  /** Size of the recording on disk, in bytes. */
  readonly recordedBytes: number;
  /** Whether the recording is removed when the session ends. */
  readonly keep: boolean;
  /** While the recording cannot be written: why, and what passed unrecorded since. */
  readonly unrecorded: Unrecorded | undefined;
}

export interface Unrecorded {
  readonly reason: string;
  readonly messages: number;
  readonly bytes: number;
}

/** What a composer or a request file asks to send. */
export interface OutgoingMessage {
  readonly kind: 'text' | 'binary';
  readonly data: Uint8Array;
}
