import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect } from 'node:tls';
import type { DetailedPeerCertificate, SecureContext, TLSSocket } from 'node:tls';
import type { CertificateDetail, TlsDetail } from '../../shared/timeline.ts';
import { step } from './tcp.ts';
import type { TlsOptions } from './tlsMaterial.ts';

/** A TLS connection that must not be used, because the peer's certificate is not valid. */
class Unverified extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** The longest certificate chain in details. */
const MAX_CHAIN = 20;

/**
 * Starts TLS over a connected socket.
 * @throws Unverified for an invalid certificate, unless `insecure` is set; errors of the socket
 * @param onDetail receives the protocol, the cipher and the peer's chain, even if verification then fails
 */
export async function beginTls(
  socket: Socket,
  host: string,
  context: SecureContext,
  options: TlsOptions,
  signal: AbortSignal,
  onDetail: (detail: TlsDetail) => void,
): Promise<TLSSocket> {
  const servername = options.servername || (isIP(host) === 0 ? host : '');
  const secure = connect({
    socket,
    host,
    servername,
    secureContext: context,
    ...(options.alpn.length > 0 ? { ALPNProtocols: [...options.alpn] } : {}),
    // The certificate is verified below instead, because Node would end the connection before the chain could be read.
    rejectUnauthorized: false,
  });
  secure.on('error', () => {});
  await step<void>(secure, signal, (resolve, reject) => {
    const onError = (error: Error): void => {
      // OpenSSL reports only that the handshake failed. Once the server has shown its certificate, the client's
      // certificate is the cause.
      reject(serverWasSeen(secure) ? Object.assign(error, { serverWasSeen: true }) : error);
    };
    // Registered before the step's own listener, which ignores certificates.
    secure.prependListener('error', onError);
    secure.on('secureConnect', resolve);
    return () => secure.off('error', onError).off('secureConnect', resolve);
  });
  onDetail(detailOf(secure, servername));
  const failed = secure.authorizationError as Error | string | undefined;
  if (!secure.authorized && !options.insecure) {
    secure.destroy();
    throw new Unverified(String(failed ?? 'UNVERIFIED'));
  }
  return secure;
}

/**
 * Whether the server requested a client certificate: only then does a client have shared signature algorithms. Call it
 * only while the connection exists, because afterwards Node reads freed memory.
 */
export function asksForCertificate(socket: TLSSocket): boolean {
  return !socket.destroyed && socket.getSharedSigalgs().length > 0;
}

/**
 * Detects an end of TCP without TLS's close_notify (RFC 8446, section 6.1), which may have truncated data. Node reports
 * both ends alike. An alert is transport bytes without data; a bare end of TCP has none. Only an end after the last
 * data is certain: an alert may have arrived together with data, or half a record before the end.
 * @param transport the stream below TLS
 * @returns a function that reports whether this happened, known once `socket` has ended
 */
export function watchTruncation(transport: Socket, socket: TLSSocket): () => boolean {
  let bytesRead = transport.bytesRead;
  let isRecent = false;
  let isTruncated = false;
  const push = socket.push.bind(socket);
  socket.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    if (chunk === null) isTruncated = !isRecent && transport.bytesRead === bytesRead;
    else {
      bytesRead = transport.bytesRead;
      if (!isRecent) {
        isRecent = true;
        setImmediate(() => (isRecent = false));
      }
    }
    return push(chunk, encoding);
  };
  return () => isTruncated;
}

function serverWasSeen(socket: TLSSocket): boolean {
  return Object.keys(peerCertificate(socket)).length > 0;
}

function peerCertificate(socket: TLSSocket): Partial<DetailedPeerCertificate> {
  // The certificate is null, contrary to its type, once the connection has ended.
  return socket.getPeerCertificate(true) ?? {};
}

function detailOf(socket: TLSSocket, servername: string): TlsDetail {
  return {
    protocol: socket.getProtocol() ?? '',
    cipher: socket.getCipher().name,
    alpn: socket.alpnProtocol || '',
    servername,
    verified: socket.authorized,
    chain: chainOf(peerCertificate(socket)),
  };
}

function chainOf(leaf: Partial<DetailedPeerCertificate>): CertificateDetail[] {
  const chain: CertificateDetail[] = [];
  const seen = new Set<string>();
  let certificate: Partial<DetailedPeerCertificate> | undefined = leaf;
  while (certificate?.raw !== undefined && chain.length < MAX_CHAIN) {
    const detail = certificateDetail(new X509Certificate(certificate.raw));
    // A root is its own issuer.
    if (seen.has(detail.fingerprint)) break;
    seen.add(detail.fingerprint);
    chain.push(detail);
    certificate = certificate.issuerCertificate;
  }
  return chain;
}

function certificateDetail(certificate: X509Certificate): CertificateDetail {
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    altNames: certificate.subjectAltName ?? '',
    validFrom: isoDate(certificate.validFrom),
    validTo: isoDate(certificate.validTo),
    fingerprint: certificate.fingerprint256,
    serialNumber: certificate.serialNumber,
    pem: certificate.toString(),
  };
}

/** Node writes one attribute per line. */
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}

function isoDate(text: string): string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : date.toISOString();
}
