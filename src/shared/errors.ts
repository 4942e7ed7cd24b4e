/**
 * The closed list of error codes of sessions. docs/errors.md explains each code and its remedy. The codes appear in
 * `error` rows, in `--json` lines and in failures of a connection.
 */
export const ERROR_CODES = [
  'url.invalid',
  'dns.not-found',
  'tcp.refused',
  'tcp.reset',
  'tcp.timeout',
  'proxy.auth',
  'proxy.unreachable',
  'tls.untrusted',
  'tls.expired',
  'tls.hostname',
  'tls.client-certificate',
  'tls.protocol',
  'handshake.status',
  'handshake.timeout',
  'handshake.accept',
  'handshake.subprotocol',
  'handshake.extension',
  'handshake.redirect',
  'handshake.not-http',
  'limit.payload',
  'limit.fragments',
  'limit.pings',
  'protocol.invalid-utf8',
  'protocol.frame',
  'protocol.refused',
  'heartbeat.lost',
  'serve.script',
  'file.invalid',
  'disk.full',
  'disk.denied',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** Codes of calls over a boundary (worker, webview) and of the API, in addition to those of a session. */
export type CallErrorCode =
  /** The call is not possible now, or an argument is out of range. */
  | 'call.invalid'
  | 'call.cancelled'
  | 'call.timeout'
  /** The other side was disposed, or its worker crashed, before it answered. */
  | 'call.disposed';

/** An error with a stable code and one sentence that names the cause and the remedy. */
export class DuplexError extends Error {
  override readonly name = 'DuplexError';

  constructor(
    readonly code: ErrorCode | CallErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Converts any thrown value to a DuplexError. An error without a code becomes `internal`. */
export function toDuplexError(thrown: unknown): DuplexError {
  if (thrown instanceof DuplexError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new DuplexError('internal', message, { cause: thrown });
}
