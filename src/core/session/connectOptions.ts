import { DuplexError } from '../../shared/errors.ts';
import {
  DEFAULT_CLOSE_TIMEOUT,
  DEFAULT_HANDSHAKE_TIMEOUT,
  DEFAULT_MAX_FRAGMENTS,
  DEFAULT_MAX_PAYLOAD,
  DEFAULT_RECONNECT_DELAY,
  DEFAULT_RECONNECT_MAX_DELAY,
  MAX_REDIRECTS,
} from '../../shared/limits.ts';
import type { ConnectOptions } from '../../shared/session.ts';
import { invalidHeader, invalidSubprotocol, invalidUrl } from './validate.ts';

/** The largest value that the transport keeps as a limit: a 32-bit integer. */
const MAX_LIMIT = 2 ** 31 - 1;

/**
 * Fills in the defaults and validates, so that what is wrong is refused before anything connects.
 * @throws DuplexError `url.invalid` for the URL, `call.invalid` for the rest, with the remedy
 */
export function connectOptions(given: { readonly url: string } & Partial<ConnectOptions>): ConnectOptions {
  const options: ConnectOptions = {
    headers: [],
    subprotocols: [],
    handshakeTimeout: DEFAULT_HANDSHAKE_TIMEOUT,
    closeTimeout: DEFAULT_CLOSE_TIMEOUT,
    maxPayload: DEFAULT_MAX_PAYLOAD,
    maxFragments: DEFAULT_MAX_FRAGMENTS,
    deflate: true,
    deflateParameters: {},
    fragmentSize: 0,
    autoPong: true,
    maxRedirects: MAX_REDIRECTS,
    redirectOrigins: [],
    insecure: false,
    ca: [],
    cert: '',
    key: '',
    pfx: '',
    passphrase: '',
    servername: '',
    minTlsVersion: '',
    alpn: [],
    proxy: '',
    reconnect: 0,
    reconnectDelay: DEFAULT_RECONNECT_DELAY,
    reconnectMaxDelay: DEFAULT_RECONNECT_MAX_DELAY,
    heartbeat: 0,
    frames: false,
    ...given,
    url: given.url.trim(),
  };
  const badUrl = invalidUrl(options.url);
  if (badUrl !== undefined) throw new DuplexError('url.invalid', badUrl);
  const problem = firstProblem(options);
  if (problem !== undefined) throw new DuplexError('call.invalid', problem);
  return options;
}

function firstProblem(options: ConnectOptions): string | undefined {
  for (const [name, value] of options.headers) {
    const problem = invalidHeader(name, value);
    if (problem !== undefined) return problem;
  }
  const seen = new Set<string>();
  for (const name of options.subprotocols) {
    const problem = invalidSubprotocol(name);
    if (problem !== undefined) return problem;
    // RFC 6455, section 4.1: the names must all be different.
    if (seen.has(name)) return `The subprotocol ${name} is listed twice: list it once.`;
    seen.add(name);
  }
  return (
    outOfRange('handshake time-out', options.handshakeTimeout, 1, 'milliseconds') ??
    outOfRange('close time-out', options.closeTimeout, 1, 'milliseconds') ??
    outOfRange('size limit', options.maxPayload, 0, 'bytes (0 for none)')
  );
}

function outOfRange(what: string, value: number, least: number, unit: string): string | undefined {
  if (Number.isInteger(value) && value >= least && value <= MAX_LIMIT) return undefined;
  return `The ${what} ${value} is out of range: use ${least} to ${MAX_LIMIT} ${unit}.`;
}
