import { maskHandshake } from '../core/session/secrets/maskHandshake.ts';
import type { Evidence } from './connectionIo.ts';
import { DuplexError } from '../shared/errors.ts';
import type { ConnectOptions, SessionSummary } from '../shared/session.ts';
import type { ErrorDetail, HandshakeDetail, NoteDetail, OpenDetail } from '../shared/timeline.ts';

/** What the recording, and so everything shown by itself, tells of a handshake that came about: secrets masked. */
export function recordedOpen(detail: OpenDetail, options: ConnectOptions): OpenDetail {
  return maskHandshake(detail, options);
}

/** A note of a handshake as it is recorded: secrets masked. */
export function recordedNote(note: NoteDetail, options: ConnectOptions): NoteDetail {
  return maskHandshake(note as NoteDetail & HandshakeDetail, options);
}

/** What the recording tells of a failure: secrets masked. */
export function recordedError(
  { code, message }: DuplexError,
  evidence: Evidence,
  options: ConnectOptions,
): ErrorDetail {
  return maskHandshake({ code, message, ...evidence }, options);
}

/** A failure as it is told: what a server or a proxy says may repeat what it was sent. */
export function toldError(error: DuplexError, { message }: ErrorDetail): DuplexError {
  return message === error.message ? error : new DuplexError(error.code, message);
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
