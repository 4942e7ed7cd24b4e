import { DuplexError } from '../shared/errors.ts';
import type { ConnectOptions } from '../shared/session.ts';
import { classify, connectionError, nodeCodeOf } from './connectionError.ts';
import { NotHttp } from './responseHead.ts';
import type { Target } from './target.ts';
import type { Trace } from './trace.ts';

/** Bytes of an answer that is not what it should be that are kept as evidence. */
export const MAX_FIRST_BYTES = 64;

/**
 * Why a step of a handshake failed, with the evidence in the trace.
 * @param asked whether the server has asked for a client certificate
 */
export function explain(
  error: Error,
  target: Target,
  options: ConnectOptions,
  trace: Trace,
  asked: boolean,
): DuplexError {
  if (error instanceof DuplexError) return error;
  if (error instanceof NotHttp) {
    trace.firstBytes = error.bytes.subarray(0, MAX_FIRST_BYTES).toString('hex');
    const { alpn = '' } = trace.tls ?? {};
    if (alpn !== '' && alpn !== 'http/1.1')
      return new DuplexError(
        'handshake.not-http',
        `${target.address} did not answer in HTTP/1.1 (it speaks ${alpn}, which was offered by ALPN): offer http/1.1 alone, or nothing.`,
        { cause: error },
      );
    return connectionError('handshake.not-http', target.address, options, error.message, error);
  }
  if (refusesCertificate(error, options, trace, asked))
    return connectionError('tls.client-certificate', target.address, options, nodeCodeOf(error), error);
  const known = classify(error, target.address, options);
  // What breaks off before TLS stands, breaks off because of TLS.
  return trace.phase === 'tls' && known.code === 'tcp.reset'
    ? connectionError('tls.protocol', target.address, options, nodeCodeOf(error), error)
    : known;
}

/**
 * Servers refuse a client certificate in many ways besides the alerts that say so: TLS 1.2 ends with the alert
 * handshake_failure after the server's own certificate has come, and many servers, Node's among them, just end the
 * connection; in TLS 1.3 that is after the handshake, in the place of an HTTP answer.
 */
function refusesCertificate(error: Error, options: ConnectOptions, trace: Trace, asked: boolean): boolean {
  const code = nodeCodeOf(error);
  const brokeOff = code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED';
  if (trace.phase === 'http') return brokeOff && asked && trace.exchanges.at(-1)?.response === '';
  if (trace.phase !== 'tls') return false;
  const hasOwn = options.cert !== '' || options.pfx !== '';
  return brokeOff ? hasOwn : code.includes('HANDSHAKE_FAILURE') && 'serverWasSeen' in error;
}

/** Ours: nothing answered within the handshake's time-out. What was waited for tells which remedy helps. */
export function timeOutError(host: string, { phase, proxy }: Trace, options: ConnectOptions): DuplexError {
  const seconds = options.handshakeTimeout / 1000;
  if (phase === 'tcp') return connectionError('tcp.timeout', host, options, `no answer within ${seconds} s`);
  if (phase === 'proxy')
    return new DuplexError(
      'proxy.unreachable',
      `The proxy ${proxy} did not connect to ${host} within ${seconds} s: check the proxy, or connect with proxy none.`,
    );
  const waitedFor = { dns: 'its address', tls: 'TLS', http: 'an answer', open: 'an answer' }[phase];
  return new DuplexError(
    'handshake.timeout',
    `${host} did not complete the handshake within ${seconds} s (waited for ${waitedFor}): check that a WebSocket server answers there, or raise the time-out.`,
  );
}
