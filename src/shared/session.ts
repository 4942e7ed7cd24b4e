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
/** `waiting`: before a reconnect. `failed`: the handshake failed. */
export type SessionState = (typeof SESSION_STATES)[number];

/** Parameters of the permessage-deflate offer (RFC 7692, section 7.1). An absent parameter is not offered. */
export interface DeflateParameters {
  readonly serverNoContextTakeover?: boolean;
  readonly clientNoContextTakeover?: boolean;
  /** Number of bits, from 9 to 15. */
  readonly serverMaxWindowBits?: number;
  readonly clientMaxWindowBits?: number;
}

/**
 * Connection options. Durations are in milliseconds, sizes in bytes. core/session/options/connectOptions.ts fills in
 * the defaults.
 */
export interface ConnectOptions {
  /** A ws:, wss: or ws+unix: URL, as the user wrote it. */
  readonly url: string;
  /**
   * The headers in order; a name may occur several times. `Authorization: Basic user password` and `Digest user
   * password` are in plain text, as in other clients, and are encoded when they are sent.
   */
  readonly headers: HeaderList;
  readonly subprotocols: readonly string[];
  /** The protocol inside messages: an id, `auto` to recognise it, `none` to leave messages undecoded. */
  readonly protocol: string;
  /** Rules that name the formats of payloads: src/core/text/decodeRule.ts. */
  readonly decode: readonly string[];
  readonly handshakeTimeout: number;
  readonly closeTimeout: number;
  /** Maximum bytes of a message; 0: no limit. */
  readonly maxPayload: number;
  /** Maximum fragments of a message; 0: no limit. */
  readonly maxFragments: number;
  /** Offer permessage-deflate (RFC 7692). */
  readonly deflate: boolean;
  readonly deflateParameters: DeflateParameters;
  /** Send messages in fragments of at most this many bytes; 0: unfragmented. */
  readonly fragmentSize: number;
  /** Answer each ping with a pong (RFC 6455, section 5.5.3). */
  readonly autoPong: boolean;
  /** Maximum redirects; 0: none is followed. */
  readonly maxRedirects: number;
  /** Origins besides the URL's own to which a redirect may lead, as `ws://host:port`. Secrets are not sent to them. */
  readonly redirectOrigins: readonly string[];

  /** Accept any certificate. */
  readonly insecure: boolean;
  /** Certificate authorities in addition to those of the system: paths of PEM files, or PEM texts. */
  readonly ca: readonly string[];
  /** Paths of the client certificate and its key as PEM, or of both as PKCS#12; '' without one. */
  readonly cert: string;
  readonly key: string;
  readonly pfx: string;
  /** The passphrase of the key or the PKCS#12 file. A secret. */
  readonly passphrase: string;
  /** The host name to request and to verify (SNI); '' for the host of the URL. */
  readonly servername: string;
  /** '' for Node's default. */
  readonly minTlsVersion: '' | 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  /** Protocols offered by ALPN; empty: no ALPN. */
  readonly alpn: readonly string[];

  /**
   * The proxy: an http:, https: or socks5: URL, which is a secret; `none`: no proxy; '': the proxy of VS Code's
   * settings or of the environment.
   */
  readonly proxy: string;

  /** Maximum consecutive automatic reconnects; 0: off. */
  readonly reconnect: number;
  /** Delay before the first reconnect. It doubles up to `reconnectMaxDelay`. */
  readonly reconnectDelay: number;
  readonly reconnectMaxDelay: number;
  /** Milliseconds between pings; 0: no heartbeat. */
  readonly heartbeat: number;
  /** Record the details of every frame. */
  readonly frames: boolean;

  /**
   * Secret texts in the options, such as values of `{{$secret name}}`. They are masked wherever they are stored or
   * shown.
   */
  readonly secrets: readonly string[];
}

/** Messages and payload bytes of one direction, without control frames. */
export interface Counter {
  readonly messages: number;
  readonly bytes: number;
}

/** Pings and their pongs since the session first connected. Times are in milliseconds, 0 before the first pong. */
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
  /** When it starts, in milliseconds since the epoch. */
  readonly nextAt: number;
}

/** The protocol that decodes the messages. */
export interface DecodedAs {
  readonly id: string;
  readonly title: string;
  /** The reason why it was recognised; absent if it was named. */
  readonly reason?: string;
  /** Whether its messages have topics. */
  readonly topics?: true;
}

/** The summary of a session for panel, tree and status bar. */
export interface SessionSummary {
  readonly id: SessionId;
  readonly name: string;
  /** The URL without credentials, safe to show, store and log. */
  readonly url: string;
  readonly state: SessionState;
  /** The negotiated subprotocol and extensions; empty before `open`. */
  readonly protocol: string;
  readonly extensions: string;
  /** Wall-clock start in milliseconds since the epoch; the times of rows count from it. */
  readonly startedAt: number;
  /** When the connection last opened, in milliseconds since the epoch; undefined before. */
  readonly openedAt: number | undefined;
  readonly in: Counter;
  readonly out: Counter;
  /** The last failure, while `failed` or after an abnormal `closed`. */
  readonly error: { readonly code: string; readonly message: string } | undefined;
  /** The end of the last connection, if it was unexpected and `error` does not report it. */
  readonly end?: { readonly code: number; readonly reason: string } | undefined;
  /** Number of the first row that a clear does not hide. */
  readonly firstRow: number;
  /** Size of the recording on disk, in bytes. */
  readonly recordedBytes: number;
  /** If false, the session's end removes the recording. */
  readonly keep: boolean;
  /** While the recording cannot be written: the reason, and the number of unrecorded rows so far. */
  readonly unrecorded: Unrecorded | undefined;
  /** Undefined until a ping is answered or lost. */
  readonly roundTrip: RoundTrip | undefined;
  /** Bytes waiting to be sent, which grow if the peer stops reading. */
  readonly pendingBytes: number;
  /** When the last message or control frame was received, in milliseconds since the epoch; undefined before. */
  readonly lastReceivedAt: number | undefined;
  /** Set while `waiting`, and while a reconnect is `connecting`. */
  readonly attempt: ReconnectAttempt | undefined;
  /** TLS of the last successful connection, if it used TLS. `validTo` is that of the peer's own certificate. */
  readonly tls:
    (Pick<TlsDetail, 'protocol' | 'cipher' | 'verified'> & { readonly validTo: string }) | undefined;
  /** The proxy of the last successful connection, without credentials; empty without a proxy. */
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
