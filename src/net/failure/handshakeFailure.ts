import { recogniseAnswer } from '../../core/session/doctor/recogniseAnswer.ts';
import { DuplexError } from '../../shared/errors.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import { classify, connectionError, nodeCodeOf } from './connectionError.ts';
import { withheldSentence } from './refusal.ts';
import { NotHttp, quoted } from '../handshake/responseHead.ts';
import { BrokenOff } from '../dial/tcp.ts';
import type { ConnectionTarget } from '../target.ts';
import type { Trace } from '../connection.ts';
import { optionNamed } from '../../core/session/options/optionName.ts';

/** Bytes of an unexpected response that are kept as evidence. */
export const MAX_FIRST_BYTES = 64;

/** The context of a failed step of a handshake. */
export interface FailedStep {
  readonly target: ConnectionTarget;
  /** The options for this target. */
  readonly options: ConnectOptions;
  /** The options for the origin of the URL. */
  readonly home: ConnectOptions;
  readonly trace: Trace;
  /** Whether the server has requested a client certificate. */
  readonly wantsCertificate: boolean;
}

/** Explains why a step of a handshake failed, with the evidence in the trace. */
export function explainHandshakeFailure(error: Error, tried: FailedStep): DuplexError {
  if (error instanceof DuplexError) return error;
  const { target, options, home, trace } = tried;
  if (error instanceof NotHttp) return explainNotHttp(error, tried);
  const known = refusesCertificate(error, tried)
    ? connectionError('tls.client-certificate', target.address, options, nodeCodeOf(error), error)
    : classify(error, target.address, options, certificateNames(trace));
  if (known.code === 'tls.client-certificate' && trace.withheld?.includes('client certificate'))
    return new DuplexError(
      'tls.client-certificate',
      `${target.address} asks for a client certificate: ${withheldSentence(['The client certificate'])} connect to it directly to send the certificate.`,
      { cause: error },
    );
  if (home.insecure && !options.insecure && /^tls\.(untrusted|expired|hostname)$/.test(known.code))
    return new DuplexError(
      known.code,
      `${known.message} A redirect led to this other origin, and ${optionNamed('insecure')} does not apply to that origin.`,
      { cause: error },
    );
  if (known.code !== 'tcp.reset') return known;
  // A connection that breaks before TLS is established breaks because of TLS.
  if (trace.phase === 'tls')
    return connectionError('tls.protocol', target.address, options, nodeCodeOf(error), error);
  return trace.phase === 'http' ? withoutAnswer(error, tried) : known;
}

/** TCP ended before the response was complete. */
function withoutAnswer(error: Error, { target, options, trace }: FailedStep): DuplexError {
  const { length } = trace.exchanges.at(-1)?.response ?? '';
  const how =
    error instanceof BrokenOff ? 'closed the connection' : `reset the connection (${nodeCodeOf(error)})`;
  const remedy = target.secure || /^wss:/i.test(options.url) ? '' : ', or use wss:// if it expects TLS';
  return new DuplexError(
    'tcp.reset',
    length === 0
      ? `${target.address} ${how} without a response to the handshake: check the server's log${remedy}.`
      : `${target.address} ${how} in the middle of its response to the handshake, after ${length} bytes: check the server's log.`,
    { cause: error },
  );
}

function explainNotHttp(error: NotHttp, { target, options, trace }: FailedStep): DuplexError {
  trace.firstBytes = error.bytes.subarray(0, MAX_FIRST_BYTES).toString('hex');
  const { alpn = '' } = trace.tls ?? {};
  if (alpn !== '' && alpn !== 'http/1.1')
    return new DuplexError(
      'handshake.not-http',
      `${target.address} did not answer in HTTP/1.1 (it speaks ${alpn}, which was offered by ALPN): offer http/1.1 alone, or nothing.`,
      { cause: error },
    );
  const speaks = recogniseAnswer(trace.firstBytes);
  if (speaks === undefined)
    return connectionError('handshake.not-http', target.address, options, error.message, error);
  const remedy = speaks === 'TLS' && !target.secure ? 'connect with wss://' : 'check the port';
  const [line = ''] = error.bytes
    .subarray(0, MAX_FIRST_BYTES)
    .toString('latin1')
    .split(/[\r\n]/);
  const shown = /^[ -~]{4,}$/.test(line) ? ` (${quoted(line)})` : '';
  return new DuplexError(
    'handshake.not-http',
    `${target.address} answers with ${speaks} and not with HTTP/1.1${shown}: ${remedy}.`,
    { cause: error },
  );
}

/** Maximum names of a certificate in a sentence. */
const MAX_NAMES = 5;

/** The names for which the server's certificate is valid, on one line; empty if it has none. */
function certificateNames({ tls }: Trace): string {
  const [own] = tls?.chain ?? [];
  if (own === undefined) return '';
  const listed = own.altNames
    .split(/,\s*/)
    .map((name) => name.replace(/^(DNS|IP Address|URI|email):/i, ''))
    .filter((name) => name !== '');
  const names = listed.length > 0 ? listed : [/(?:^|, )CN=([^,]+)/.exec(own.subject)?.[1] ?? ''];
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
  return quoted(names.slice(0, MAX_NAMES).join(', ')) + more;
}

/**
 * Whether the server refused the client certificate. Servers do so not only by alerts. With TLS 1.2, the alert
 * handshake_failure follows the server's own certificate, and many servers, such as Node's, only end the connection.
 * With TLS 1.3, this happens after the handshake, instead of an HTTP response.
 */
function refusesCertificate(error: Error, { options, trace, wantsCertificate }: FailedStep): boolean {
  const code = nodeCodeOf(error);
  const brokeOff = code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED';
  if (trace.phase === 'http') return brokeOff && wantsCertificate && trace.exchanges.at(-1)?.response === '';
  if (trace.phase !== 'tls') return false;
  const hasOwn = options.cert !== '' || options.pfx !== '';
  return brokeOff ? hasOwn : code.includes('HANDSHAKE_FAILURE') && 'serverWasSeen' in error;
}

/**
 * The error for a missing response within the handshake's time-out. The step that was waiting determines the remedy.
 */
export function timeOutError(host: string, { phase, proxy }: Trace, options: ConnectOptions): DuplexError {
  const seconds = options.handshakeTimeout / 1000;
  if (phase === 'tcp') return connectionError('tcp.timeout', host, options, `no answer within ${seconds} s`);
  if (phase === 'proxy')
    return new DuplexError(
      'proxy.unreachable',
      `The proxy ${proxy} did not connect to ${host} within ${seconds} s: check the proxy, or set ${optionNamed('proxy')} to none.`,
    );
  const waitedFor = { dns: 'its address', tls: 'TLS', http: 'an answer', open: 'an answer' }[phase];
  return new DuplexError(
    'handshake.timeout',
    `${host} did not complete the handshake within ${seconds} s (waited for ${waitedFor}): check that a WebSocket server answers there, or raise ${optionNamed('handshakeTimeout')}.`,
  );
}
