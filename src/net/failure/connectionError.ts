import { DuplexError } from '../../shared/errors.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import { optionNamed } from '../../core/session/options/optionName.ts';

/** One sentence with the cause and the remedy. `host` is host:port, `detail` the message of the lower layer. */
type Sentence = (host: string, options: ConnectOptions, detail: string) => string;

const SENTENCES: Partial<Record<ErrorCode, Sentence>> = {
  'dns.not-found': (host) => `The host of ${host} was not found: check its spelling, your DNS and your VPN.`,
  'tcp.refused': (host) =>
    `${host} refused the connection: check that the server runs and listens on this port.`,
  'tcp.reset': (host, { url }, detail) =>
    `${host} broke off the TCP connection${detail === '' ? '' : ` (${detail})`}: check the server's log${/^ws:/i.test(url) ? ', or use wss:// if it expects TLS' : ''}.`,
  'tcp.timeout': (host, _, detail) =>
    `${host} cannot be reached (${detail}): check the address, the firewall and your VPN.`,
  'tls.untrusted': (host, _, detail) =>
    `The certificate of ${host} is not trusted (${detail}): add its certificate authority to those of the system, or name it with ${optionNamed('ca')}.`,
  'tls.expired': (host, _, detail) =>
    `The certificate of ${host} is not valid today (${detail}): renew it, or correct this machine's clock.`,
  'tls.hostname': (host, { servername }, names) =>
    `The certificate of ${host} is for ${names || 'another host'} and not for ${servername || host.replace(/:\d+$/, '')}: connect by a name that it lists.`,
  'tls.client-certificate': (host, { cert, pfx }, detail) =>
    cert === '' && pfx === ''
      ? `${host} asks for a client certificate (${detail}): give it one that it accepts, with ${optionNamed('cert')} and ${optionNamed('key')}, or with ${optionNamed('pfx')}.`
      : `${host} refused the client certificate (${detail}): check that the server trusts its authority and that it has not expired.`,
  'tls.protocol': (host, _, detail) =>
    `The TLS handshake with ${host} failed (${detail}): use ws:// if the server speaks no TLS, or check the TLS versions of both sides.`,
  'handshake.accept': (host, _, detail) =>
    `${host} did not prove that it speaks WebSocket (${detail}): check that the URL leads to a WebSocket server.`,
  'handshake.extension': (host, { deflate }, detail) =>
    `${host} answers the offer of extensions in a way that RFC 6455 does not allow (${detail}): correct the server${deflate ? `, or connect with ${optionNamed('deflate')}` : ''}.`,
  'handshake.not-http': (host, _, detail) => `${host} did not answer in HTTP (${detail}): check the port.`,
};

const BY_NODE_CODE: Record<string, ErrorCode> = {
  ENOTFOUND: 'dns.not-found',
  EAI_AGAIN: 'dns.not-found',
  ECONNREFUSED: 'tcp.refused',
  // The path of a Unix socket does not exist.
  ENOENT: 'tcp.refused',
  ECONNRESET: 'tcp.reset',
  ECONNABORTED: 'tcp.reset',
  EPIPE: 'tcp.reset',
  ETIMEDOUT: 'tcp.timeout',
  EHOSTUNREACH: 'tcp.timeout',
  ENETUNREACH: 'tcp.timeout',
  EADDRNOTAVAIL: 'tcp.timeout',
  EACCES: 'disk.denied',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls.untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls.untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls.untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'tls.untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls.untrusted',
  CERT_UNTRUSTED: 'tls.untrusted',
  CERT_HAS_EXPIRED: 'tls.expired',
  CERT_NOT_YET_VALID: 'tls.expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls.hostname',
  EPROTO: 'tls.protocol',
};

/** TLS alerts with which a server refuses a client certificate (RFC 8446, section 6.2), in OpenSSL's names. */
const CERTIFICATE_ALERT =
  /ALERT_(BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_(REVOKED|EXPIRED|UNKNOWN|REQUIRED)|NO_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/;

/** A new error for a code whose sentence is defined here. @param host the destination, as host:port */
export function connectionError(
  code: ErrorCode,
  host: string,
  options: ConnectOptions,
  detail = '',
  cause?: unknown,
): DuplexError {
  const sentence = SENTENCES[code]?.(host, options, detail) ?? detail;
  return new DuplexError(code, sentence, { cause });
}

/**
 * Converts an error of the transport to a code and remedy. The error may hold credentials, so only its code and kind
 * are used.
 * @param names names in the server's certificate; empty if they are unknown
 */
export function classify(error: Error, host: string, options: ConnectOptions, names = ''): DuplexError {
  const nodeCode = nodeCodeOf(error);
  const code = codeOf(nodeCode, error.message);
  const detail = code === 'tls.hostname' ? names : nodeCode === '' ? error.message : nodeCode;
  return connectionError(code, host, options, detail, error);
}

/** The code of an error, or of the first of several errors: a host may have several addresses. */
export function nodeCodeOf(error: Error): string {
  const errors = error instanceof AggregateError ? (error.errors as Error[]) : [error];
  return (
    (errors[0] as NodeJS.ErrnoException | undefined)?.code ?? (error as NodeJS.ErrnoException).code ?? ''
  );
}

function codeOf(nodeCode: string, text: string): ErrorCode {
  if (CERTIFICATE_ALERT.test(`${nodeCode} ${text}`.toUpperCase().replaceAll(' ', '_')))
    return 'tls.client-certificate';
  const known = BY_NODE_CODE[nodeCode];
  if (known !== undefined) return known;
  return nodeCode.startsWith('ERR_SSL_') || nodeCode.startsWith('ERR_TLS_') ? 'tls.protocol' : 'internal';
}
