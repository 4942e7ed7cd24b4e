/** The kinds of row in a session's timeline, in the order of their number on disk. Never reorder. */
export const KINDS = ['open', 'text', 'binary', 'ping', 'pong', 'close', 'error', 'note'] as const;
export type Kind = (typeof KINDS)[number];

/** `none`: rows that are not messages (open, error, note). The order is the number on disk. */
export const DIRECTIONS = ['none', 'in', 'out'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** Bits of a row's flags. */
export const FLAG = {
  /** A text message whose bytes are not valid UTF-8. */
  invalidUtf8: 1 << 0,
  /** The message travelled compressed (RSV1, RFC 7692). */
  compressed: 1 << 1,
  /** Fewer bytes are stored than the message had. */
  truncated: 1 << 2,
  /** A note in place of messages that could not be recorded. */
  gap: 1 << 3,
  /** A note before which the user cleared the timeline: earlier rows are hidden, not destroyed. */
  cleared: 1 << 4,
  /** A message that Duplex sent by itself, as the protocol of the session asks of its clients. */
  automatic: 1 << 5,
} as const;

/** A row as it is shown: its metadata and a preview, never the body. */
export interface Row {
  /** Its number in the recording, from 0. */
  readonly seq: number;
  /** Microseconds since the session began, monotonic. */
  readonly time: number;
  readonly kind: Kind;
  readonly direction: Direction;
  /** Length of the whole message in bytes. */
  readonly size: number;
  /** Stored length in bytes. */
  readonly stored: number;
  readonly flags: number;
  /** One line: the first characters of text, hex of binary, a summary of other kinds. Control characters are made visible. */
  readonly preview: string;
  /** One line of what it decodes to; absent if no protocol is known, or it does not decode. */
  readonly summary?: string;
}

export type HeaderList = readonly (readonly [name: string, value: string])[];

/** One certificate of the peer's chain. */
export interface CertificateDetail {
  /** Distinguished names on one line, as in `CN=example.org, O=Example`. */
  readonly subject: string;
  readonly issuer: string;
  /** Subject alternative names, as in `DNS:example.org, IP Address:127.0.0.1`. */
  readonly altNames: string;
  /** ISO 8601. */
  readonly validFrom: string;
  readonly validTo: string;
  /** SHA-256, pairs of hexadecimal digits with colons. */
  readonly fingerprint: string;
  readonly serialNumber: string;
  /** The certificate itself. */
  readonly pem: string;
}

export interface TlsDetail {
  /** As in `TLSv1.3`. */
  readonly protocol: string;
  readonly cipher: string;
  /** Agreed by ALPN; empty for none. */
  readonly alpn: string;
  readonly servername: string;
  /** False if verification was switched off or failed. */
  readonly verified: boolean;
  /** The peer's own certificate first. */
  readonly chain: readonly CertificateDetail[];
}

/**
 * One HTTP request of a handshake and its answer, byte for byte up to the empty line, each byte as the character of
 * its number (Latin-1). Several where redirects, a challenge or a proxy were on the way.
 */
export interface Exchange {
  /** `proxy`: the CONNECT request. */
  readonly with: 'proxy' | 'server';
  /** Without credentials. */
  readonly url: string;
  readonly request: string;
  /** Empty where none came. */
  readonly response: string;
}

/** What is known of a handshake, successful or not. */
export interface HandshakeDetail {
  /** The peer's IP address and port, or the path of its socket. */
  readonly address?: string;
  /** Without credentials; absent where there was none. */
  readonly proxy?: string;
  readonly tls?: TlsDetail;
  /** In recordings with secrets masked. */
  readonly exchanges?: readonly Exchange[];
}

/** The payloads, as UTF-8 JSON, of rows that are not messages. */
export interface OpenDetail extends HandshakeDetail {
  readonly status: number;
  readonly protocol: string;
  readonly extensions: string;
  readonly headers: HeaderList;
}

export interface CloseDetail {
  /** RFC 6455, section 7.4; 1005 where the frame had no code, 1006 where no close frame came. */
  readonly code: number;
  readonly reason: string;
  /** Whether both sides sent a close frame. */
  readonly clean: boolean;
  /** One sentence on how the connection ended, if its close frames do not say it: who ended it, and after how long an idle time. */
  readonly text?: string;
}

/** The phase in which it failed. */
export const FAILURE_PHASES = ['dns', 'tcp', 'proxy', 'tls', 'http', 'open'] as const;
export type FailurePhase = (typeof FAILURE_PHASES)[number];

export interface ErrorDetail extends HandshakeDetail {
  readonly code: string;
  readonly message: string;
  readonly phase?: FailurePhase;
  /** The answer that refused the handshake. */
  readonly status?: number;
  readonly headers?: HeaderList;
  readonly body?: string;
  /** The first bytes, in hexadecimal, of an answer that is not HTTP or of garbage after a 101. */
  readonly firstBytes?: string;
  /** The subprotocol that the server chose although it was not offered. */
  readonly subprotocol?: string;
  /** Where a redirect that was not followed leads: a ws: or wss: URL without credentials. */
  readonly redirect?: string;
  /** Headers that were not sent because a redirect led to another origin, such as `Authorization`. */
  readonly withheld?: readonly string[];
  /** For a message that was cut off or exceeds a limit: bytes received, and its whole size if a header gave it. */
  readonly received?: number;
  readonly size?: number;
}

export interface NoteDetail {
  /**
   * `redirect`: the handshake follows a redirect. `security`: the connection is weaker than with the default options.
   * `reconnect`: a reconnect is pending, or none will follow. `back-pressure`: the disk is behind, or has caught up.
   * `negotiated`: the server was asked by HTTP where to connect. `resumed`: the machine slept. `offline`, `online`: the network of this machine went away or came back.
   */
  readonly note:
    | 'redirect'
    | 'negotiated'
    | 'security'
    | 'reconnect'
    | 'back-pressure'
    | 'resumed'
    | 'offline'
    | 'online'
    | 'cleared'
    | 'gap'
    | 'ended';
  readonly text: string;
  /** For `redirect`: the HTTP status, both URLs without credentials, and the headers that are not sent to another origin. */
  readonly status?: number;
  readonly from?: string;
  readonly to?: string;
  readonly withheld?: readonly string[];
  /** For `reconnect`: the reason, the number of the attempt from 1, and its delay in milliseconds. Without a number there is no reconnect. */
  readonly reason?: string;
  readonly attempt?: number;
  readonly delay?: number;
  /** For a gap: what was not recorded. */
  readonly messages?: number;
  readonly bytes?: number;
}
