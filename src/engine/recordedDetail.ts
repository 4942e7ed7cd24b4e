import { redactHeaders, redactSubprotocol } from '../core/session/redact.ts';
import type { Evidence } from './link.ts';
import type { DuplexError } from '../shared/errors.ts';
import type { SessionSummary } from '../shared/session.ts';
import type { ErrorDetail, OpenDetail } from '../shared/timeline.ts';

/** What the recording, and so everything shown by itself, tells of a handshake that came about: secrets masked. */
export function recordedOpen(detail: OpenDetail): OpenDetail {
  return {
    ...detail,
    protocol: redactSubprotocol(detail.protocol),
    headers: redactHeaders(detail.headers),
  };
}

/** What the recording tells of a failure: secrets masked. */
export function recordedError({ code, message }: DuplexError, evidence: Evidence): ErrorDetail {
  const { headers, ...rest } = evidence;
  return { code, message, ...rest, ...(headers && { headers: redactHeaders(headers) }) };
}

/** What a summary tells of a connection that is open, and of none. */
export type OpenedConnection = Pick<SessionSummary, 'protocol' | 'extensions' | 'tls' | 'proxy'>;

export const NOT_OPENED: OpenedConnection = { protocol: '', extensions: '', tls: undefined, proxy: '' };

/** @param detail as it is recorded */
export function openedConnection({ protocol, extensions, tls, proxy = '' }: OpenDetail): OpenedConnection {
  if (tls === undefined) return { protocol, extensions, proxy, tls };
  const { cipher, verified, chain } = tls;
  const validTo = chain[0]?.validTo ?? '';
  return { protocol, extensions, proxy, tls: { protocol: tls.protocol, cipher, verified, validTo } };
}
