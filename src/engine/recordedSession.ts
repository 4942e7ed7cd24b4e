import { MASK, maskHeaders, maskUrl } from '../core/session/secrets/mask.ts';
import { maskHandshake } from '../core/session/secrets/maskHandshake.ts';
import { maskSecrets } from '../core/session/secrets/maskSecrets.ts';
import { DuplexError } from '../shared/errors.ts';
import type { SessionManifest } from '../shared/recordProtocol.ts';
import type { ConnectOptions, SessionSummary } from '../shared/session.ts';
import type { ErrorDetail, HandshakeDetail, NoteDetail, OpenDetail, HeaderList } from '../shared/timeline.ts';
import type { Evidence } from '../net/connection.ts';

/** The handshake as recordings and views show it, with masked secrets. */
export function recordedOpen(detail: OpenDetail, options: ConnectOptions): OpenDetail {
  return maskHandshake(detail, options);
}

/** A note about a handshake in its recorded form, with masked secrets. */
export function recordedNote(note: NoteDetail, options: ConnectOptions): NoteDetail {
  return maskHandshake(note as NoteDetail & HandshakeDetail, options);
}

/** The failure in its recorded form, with masked secrets. */
export function recordedError(
  { code, message }: DuplexError,
  evidence: Evidence,
  options: ConnectOptions,
): ErrorDetail {
  return maskHandshake({ code, message, ...evidence }, options);
}

/**
 * A failure in its displayed form, with masked secrets: the response of a server or a proxy may repeat what
 * it received.
 */
export function reportedError(error: DuplexError, { message }: ErrorDetail): DuplexError {
  return message === error.message ? error : new DuplexError(error.code, message);
}

/** The connection part of a summary, with or without an open connection. */
export type OpenedConnection = Pick<SessionSummary, 'protocol' | 'extensions' | 'tls' | 'proxy'>;

export const NOT_OPENED: OpenedConnection = { protocol: '', extensions: '', tls: undefined, proxy: '' };

/** @param detail in its recorded form */
export function openedConnection({ protocol, extensions, tls, proxy = '' }: OpenDetail): OpenedConnection {
  if (tls === undefined) return { protocol, extensions, proxy, tls };
  const { cipher, verified, chain } = tls;
  const validTo = chain[0]?.validTo ?? '';
  return { protocol, extensions, proxy, tls: { protocol: tls.protocol, cipher, verified, validTo } };
}

const SUBPROTOCOLS = 'Sec-WebSocket-Protocol';

/** The headers of a request in their recorded form, including the offered subprotocols, with masked secrets. */
export function recordedHeaders({
  headers,
  subprotocols,
  secrets,
}: Pick<ConnectOptions, 'headers' | 'subprotocols' | 'secrets'>): HeaderList {
  const offered = subprotocols.length > 0 ? [[SUBPROTOCOLS, subprotocols.join(', ')] as const] : [];
  return maskHeaders([...headers, ...offered]).map(([name, value]) => [name, maskSecrets(value, secrets)]);
}

/** The URL in its recorded and displayed form, without credentials, with declared secrets masked. */
export function recordedUrl({ url, secrets }: ConnectOptions): string {
  return maskSecrets(maskUrl(url), secrets);
}

/** The names of headers that the recording masks and these options lack, so that a new connection would omit them. */
export function lostHeaders({ requestHeaders }: SessionManifest, options: ConnectOptions): string[] {
  const key = (name: string): string => name.toLowerCase();
  const given = new Set(options.headers.map(([name]) => key(name)));
  const offers = options.subprotocols.length;
  const masked = requestHeaders.filter(([name, value]) => {
    if (!value.includes(MASK)) return false;
    return key(name) === key(SUBPROTOCOLS) ? value.split(',').length > offers : !given.has(key(name));
  });
  // A header may occur twice, even in different letter case: the first spelling is used.
  const names = new Map<string, string>();
  for (const [name] of masked) if (!names.has(key(name))) names.set(key(name), name);
  return [...names.values()];
}

/** The connect options that a recording can restore, without the masked ones. */
export function recordedOptions({
  url,
  protocol = 'auto',
  decode = [],
  requestHeaders,
}: SessionManifest): Pick<ConnectOptions, 'url' | 'protocol' | 'decode' | 'headers' | 'subprotocols'> {
  const isOffer = (name: string): boolean => name.toLowerCase() === SUBPROTOCOLS.toLowerCase();
  return {
    url,
    protocol,
    decode,
    headers: requestHeaders.filter(([name, value]) => !isOffer(name) && !value.includes(MASK)),
    subprotocols: requestHeaders
      .filter(([name]) => isOffer(name))
      .flatMap(([, value]) => value.split(',').map((subprotocol) => subprotocol.trim()))
      .filter((subprotocol) => subprotocol !== MASK),
  };
}
