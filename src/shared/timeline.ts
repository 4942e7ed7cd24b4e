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
  /** The message was compressed (RSV1, RFC 7692). */
  compressed: 1 << 1,
  /** Fewer bytes are stored than the message had. */
  truncated: 1 << 2,
  /** A note instead of messages that could not be recorded. */
  gap: 1 << 3,
  /** A note where the user cleared the timeline: earlier rows are hidden, not deleted. */
  cleared: 1 << 4,
  /** A message that Duplex sent automatically, as the session's protocol requires of its clients. */
  automatic: 1 << 5,
  /** The message that a proxy passed on instead of the previous one. */
  altered: 1 << 6,
  /** A note about a replayed message that differs from the recorded one; its detail names the rows of both. */
  differs: 1 << 7,
} as const;

/** A row in a list: its metadata and a preview, never the body. */
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
  /**
   * One line: the beginning of a text, the bytes of binary data in hexadecimal, or a summary of other kinds. Control
   * characters are visible.
   */
  readonly preview: string;
  /** The decoded form in one line; absent if no protocol is known, or the message does not decode. */
  readonly summary?: string;
}

export type HeaderList = readonly (readonly [name: string, value: string])[];

/** One certificate of the peer's chain. */
export interface CertificateDetail {
  /** Distinguished names on one line, such as `CN=example.org, O=Example`. */
  readonly subject: string;
  readonly issuer: string;
  /** Subject alternative names, such as `DNS:example.org, IP Address:127.0.0.1`. */
  readonly altNames: string;
  /** Start and end of the validity, in ISO 8601. */
  readonly validFrom: string;
  readonly validTo: string;
  /** SHA-256, as pairs of hexadecimal digits with colons. */
  readonly fingerprint: string;
  readonly serialNumber: string;
  /** The certificate in PEM form. */
  readonly pem: string;
}

export interface TlsDetail {
  /** The TLS version, such as `TLSv1.3`. */
  readonly protocol: string;
  readonly cipher: string;
  /** The protocol that ALPN agreed on; empty if there is none. */
  readonly alpn: string;
  readonly servername: string;
  /** False if verification was switched off or failed. */
  readonly verified: boolean;
  /** The chain, the peer's own certificate first. */
  readonly chain: readonly CertificateDetail[];
}

/**
 * One HTTP request of a handshake and its response, byte for byte up to the empty line, one character per byte
 * (Latin-1). A handshake has several if redirects, a challenge or a proxy were involved.
 */
export interface Exchange {
  /** `proxy`: the CONNECT request. */
  readonly with: 'proxy' | 'server';
  /** Without credentials. */
  readonly url: string;
  readonly request: string;
  /** Empty if no response was received. */
  readonly response: string;
}

/** The facts about a handshake, successful or not. */
export interface HandshakeDetail {
  /** The peer's IP address and port, or the path of its socket. */
  readonly address?: string;
  /** The proxy's URL without credentials; absent without a proxy. */
  readonly proxy?: string;
  readonly tls?: TlsDetail;
  /** Secrets are masked in recordings. */
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
  /** The close code (RFC 6455, section 7.4); 1005 if the frame had no code, 1006 if no close frame was received. */
  readonly code: number;
  readonly reason: string;
  /** Whether both sides sent a close frame. */
  readonly clean: boolean;
  /** One sentence that says which side ended the connection and after which idle time, if the close frames do not. */
  readonly text?: string;
}

/** The phase that failed. */
export const FAILURE_PHASES = ['dns', 'tcp', 'proxy', 'tls', 'http', 'open'] as const;
export type FailurePhase = (typeof FAILURE_PHASES)[number];

export interface ErrorDetail extends HandshakeDetail {
  readonly code: string;
  readonly message: string;
  readonly phase?: FailurePhase;
  /** The status of the response that refused the handshake. */
  readonly status?: number;
  readonly headers?: HeaderList;
  readonly body?: string;
  /** The first bytes, in hexadecimal, of a response that is not HTTP, or of garbage after a 101. */
  readonly firstBytes?: string;
  /** The subprotocol that the server chose, although the client did not offer it. */
  readonly subprotocol?: string;
  /** The target of a redirect that was not followed: a ws: or wss: URL without credentials. */
  readonly redirect?: string;
  /** Headers that were not sent because a redirect led to another origin, such as `Authorization`. */
  readonly withheld?: readonly string[];
  /**
   * For a truncated message, or one that exceeds a limit: the received bytes, and its whole size if a header stated it.
   */
  readonly received?: number;
  readonly size?: number;
}

export interface NoteDetail {
  /**
   * `redirect`: the handshake follows a redirect. `negotiated`: a server was asked over HTTP for the URL of the
   * connection. `security`: the connection is less secure than with the default options. `reconnect`: a reconnect is
   * pending, or none will follow. `back-pressure`: the disk is behind, or has caught up. `fault`: an effect of a
   * proxy's fault. `divergence`: a replay differs from its recording. `resumed`: the machine slept. `offline`,
   * `online`: the network of this machine was lost or came back. `cleared`: earlier rows are hidden. `gap`: rows were
   * not recorded. `ended`: the window or the program ended with the connection open.
   */
  readonly note:
    | 'redirect'
    | 'negotiated'
    | 'security'
    | 'reconnect'
    | 'back-pressure'
    | 'fault'
    | 'divergence'
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
  /**
   * For `reconnect`: the reason, the number of the attempt from 1, and its delay in milliseconds. Without a number, no
   * reconnect follows.
   */
  readonly reason?: string;
  readonly attempt?: number;
  readonly delay?: number;
  /** For a gap: the number of rows that were not recorded. */
  readonly messages?: number;
  readonly bytes?: number;
  /** For a fault: the row of the held message; the altered rows after this one replace it. */
  readonly row?: number;
  /**
   * For a divergence: the row of the recording, and the row of this session. One is absent if the message is missing or
   * is not in the recording.
   */
  readonly expected?: number;
  readonly actual?: number;
}
