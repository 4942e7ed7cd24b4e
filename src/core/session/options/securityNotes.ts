import type { ConnectOptions } from '../../../shared/session.ts';
import type { NoteDetail, OpenDetail } from '../../../shared/timeline.ts';
import { optionNamed } from './optionName.ts';

/** Versions of TLS that are broken: RFC 8996 deprecates them. */
const BROKEN_TLS = /^(TLSv1|TLSv1\.1|SSL.*)$/;

/**
 * What makes an open connection weaker than the defaults would, one note each. Nothing weakens a connection without a row that
 * says so: recordings, reports and `--json` show these notes.
 * @param host as host:port
 */
export function securityNotes(
  { tls }: Pick<OpenDetail, 'tls'>,
  host: string,
  { insecure }: Pick<ConnectOptions, 'insecure'>,
): NoteDetail[] {
  if (tls === undefined) return [];
  const notes: string[] = [];
  if (!tls.verified)
    notes.push(
      `The certificate of ${host} was not verified, for ${optionNamed('insecure')} is set: whoever is on the way can read and change what is sent and received.`,
    );
  else if (insecure)
    notes.push(
      `The certificate of ${host} is valid though ${optionNamed('insecure')} is set: leave the option out.`,
    );
  if (BROKEN_TLS.test(tls.protocol))
    notes.push(
      `The connection to ${host} uses ${tls.protocol}, which is broken (RFC 8996): whoever records the connection may be able to read it.`,
    );
  return notes.map((text) => ({ note: 'security', text }));
}
