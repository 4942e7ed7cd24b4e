import type { HeaderList, TlsDetail } from './timeline.ts';

/** Identifies a session within one engine, and its folder on disk. Letters, digits and `-` only. */
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
/** `waiting`: between reconnects. `failed`: the handshake failed. */
export type SessionState = (typeof SESSION_STATES)[number];

/** Parameters of the permessage-deflate offer (RFC 7692, section 7.1). An absent parameter is not offered. */
export interface DeflateParameters {
  readonly serverNoContextTakeover?: boolean;
  readonly clientNoContextTakeover?: boolean;
  /** 9 to 15. */
  readonly serverMaxWindowBits?: number;
  readonly clientMaxWindowBits?: number;
}

/**
 * Connection options. Durations in milliseconds, sizes in bytes. core/session/options/connectOptions.ts fills in the
 * defaults.
 */
export interface ConnectOptions {
  /** ws:, wss: or ws+unix:, as the user wrote it. */
  readonly url: string;
  /**
   * In order; a name may occur several times. `Authorization: Basic user password` and `Digest user password` are
   * written in plain text, as in other clients, and encoded when they are sent.
   */
  readonly headers: HeaderList;
  readonly subprotocols: readonly string[];
  /** The protocol inside messages: an id, `auto` to recognise it, `none` to leave messages undecoded. */
  readonly protocol: string;
  /** Rules that say what payloads are in: src/core/text/decodeRule.ts. */
  readonly decode: readonly string[];
  readonly handshakeTimeout: number;
  readonly closeTimeout: number;
  /** 0: no limit. */
  readonly maxPayload: number;
  /** Limit for one message; 0: no limit. */
  readonly maxFragments: number;
  /** Offer permessage-deflate (RFC 7692). */
  readonly deflate: boolean;
  readonly deflateParameters: DeflateParameters;
  /** Send messages in fragments of at most this many bytes; 0: unfragmented. */
  readonly fragmentSize: number;
  /** Answer each ping with a pong (RFC 6455, section 5.5.3). */
  readonly autoPong: boolean;
  /** Maximum redirects; 0: none. */
  readonly maxRedirects: number;
  /** Origins besides the URL's own to which a redirect may point, as `ws://host:port`. Secrets are not sent to them. */
  readonly redirectOrigins: readonly string[];

  /** Accept any certificate. */
  readonly insecure: boolean;
  /** Certificate authorities in addition to those of the system: paths of PEM files, or PEM texts. */
  readonly ca: readonly string[];
  /** Paths of the client certificate and its key as PEM, or of both as PKCS#12; '' for none. */
  readonly cert: string;
  readonly key: string;
  readonly pfx: string;
  /** The passphrase of the key or the PKCS#12 file. A secret. */
  readonly passphrase: string;
  /** The name to request and to verify (SNI); '' for the host of the URL. */
  readonly servername: string;
  /** '' for Node's default. */
  readonly minTlsVersion: '' | 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  /** Protocols offered by ALPN; empty: no ALPN. */
  readonly alpn: readonly string[];

  /**
   * '': from VS Code's settings or the environment; `none`: no proxy; else an http:, https: or socks5: URL. A secret.
   */
  readonly proxy: string;

  /** Maximum consecutive automatic reconnects; 0: off. */
  readonly reconnect: number;
  /** Delay before the first reconnect. It doubles up to the second value. */
  readonly reconnectDelay: number;
  readonly reconnectMaxDelay: number;
  /** Milliseconds between pings; 0: no heartbeat. */
  readonly heartbeat: number;
  /** Record the details of every frame. */
  readonly frames: boolean;

  /** Secret texts in the options, such as values of `{{$secret name}}`: masked wherever they are stored or shown. */
  readonly secrets: readonly string[];
}

/** Messages and payload bytes of one direction, without control frames. */
export interface Counter {
  readonly messages: number;
  readonly bytes: number;
}

/** Pings and their pongs since the session first connected. Times in milliseconds, 0 before the first answer. */
export interface RoundTrip {
  readonly last: number;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  readonly answered: number;
  /** Pings that were not answered in time or before their connection ended. */
  readonly lost: number;
}

/** A reconnect that is pending or in progress. */
export interface ReconnectAttempt {
  /** Number of consecutive attempts, from 1. */
  readonly number: number;
  /** Maximum consecutive attempts. */
  readonly of: number;
  /** Wall-clock time of its start, in milliseconds since the epoch. */
  readonly nextAt: number;
}

/** The protocol that decodes the messages. */
export interface DecodedAs {
  readonly id: string;
  readonly title: string;
  /** Why it was recognised; absent if it was named. */
  readonly reason?: string;
  /** Whether its messages have topics. */
  readonly topics?: true;
}

/** The summary of a session for panel, tree and status bar. */
export interface SessionSummary {
  readonly id: SessionId;
  readonly name: string;
  /** Without credentials: safe to show, store and log. */
  readonly url: string;
  readonly state: SessionState;
  /** The negotiated subprotocol and extensions; empty before `open`. */
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
  /** How the last connection ended, if that was unexpected and `error` does not report it. */
  readonly end?: { readonly code: number; readonly reason: string } | undefined;
  /** Number of the first row that is not hidden by a clear. */
  readonly firstRow: number;
  /** Size of the recording on disk, in bytes. */
  readonly recordedBytes: number;
  /** Whether the recording is removed when the session ends. */
  readonly keep: boolean;
  /** While the recording cannot be written: the reason, and the number of unrecorded rows since. */
  readonly unrecorded: Unrecorded | undefined;
  /** Undefined until a ping was answered or lost. */
  readonly roundTrip: RoundTrip | undefined;
  /** Bytes waiting to be sent. They grow if the peer stops reading. */
  readonly pendingBytes: number;
  /** Wall-clock time of the last received message or control frame, or undefined. */
  readonly lastReceivedAt: number | undefined;
  /** Set while `waiting`, and while a reconnect is `connecting`. */
  readonly attempt: ReconnectAttempt | undefined;
  /** TLS of the last successful connection, if it used TLS. `validTo` is that of the peer's own certificate. */
  readonly tls:
    (Pick<TlsDetail, 'protocol' | 'cipher' | 'verified'> & { readonly validTo: string }) | undefined;
  /** The proxy of the last successful connection, without credentials; empty for none. */
  readonly proxy: string;
  /** Whether any certificate is accepted. */
  readonly insecure: boolean;
  /** Whether the details of every frame are recorded. */
  readonly framesKept: boolean;
  /** Absent while no protocol is known. */
  readonly decodedAs?: DecodedAs | undefined;
}

export interface Unrecorded {
  readonly reason: string;
  readonly messages: number;
  readonly bytes: number;
}

/** A message to send. */
export interface OutgoingMessage {
  readonly kind: 'text' | 'binary';
  readonly data: Uint8Array;
}
