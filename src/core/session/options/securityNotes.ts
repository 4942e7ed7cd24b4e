import type { ConnectOptions } from '../../../shared/session.ts';
import type { NoteDetail, OpenDetail } from '../../../shared/timeline.ts';
import { optionNamed } from './optionName.ts';

/** TLS versions that RFC 8996 deprecates as broken. */
const BROKEN_TLS = /^(TLSv1|TLSv1\.1|SSL.*)$/;

/**
 * One note for each way in which an open connection is less secure than the defaults. Each is recorded as a row, so
 * recordings, reports and `--json` show it.
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
      `The certificate of ${host} was not verified, because ${optionNamed('insecure')} is set: anyone on the network path can read and change the messages.`,
    );
  else if (insecure)
    notes.push(
      `The certificate of ${host} is valid, so ${optionNamed('insecure')} is not needed: leave the option out.`,
    );
  if (BROKEN_TLS.test(tls.protocol))
    notes.push(
      `The connection to ${host} uses ${tls.protocol}, which is broken (RFC 8996): anyone who records the traffic may be able to read it.`,
    );
  return notes.map((text) => ({ note: 'security', text }));
}
