import { l10n } from 'vscode';
import type { ConnectOptions } from '../../shared/session.ts';

/**
 * Describes how a change of options reduces security; undefined if the connection stays as secure. Only an explicit
 * choice may reduce security.
 */
export function securityDowngrade(
  options: ConnectOptions,
  change: Partial<ConnectOptions>,
): string | undefined {
  if (change.insecure === true && !options.insecure)
    return l10n.t(
      'Any certificate is then accepted: anyone on the network path can read and change the messages.',
    );
  const added = (change.redirectOrigins ?? []).filter((origin) => !options.redirectOrigins.includes(origin));
  const leads = change.url === undefined ? added : [change.url, ...added];
  if (isSecure(options.url) && leads.some((url) => !isSecure(url)))
    return l10n.t('Without TLS, anyone on the network path can read and change the messages.');
  if (change.ca !== undefined && change.ca.length > options.ca.length)
    return l10n.t(
      'Every certificate that this authority issues is then trusted, for this session only. Compare its fingerprint first.',
    );
  if (change.minTlsVersion === 'TLSv1' || change.minTlsVersion === 'TLSv1.1')
    return l10n.t(
      'TLS versions before 1.2 are broken: anyone who records the traffic may be able to read it.',
    );
  if (change.servername !== undefined && change.servername !== options.servername)
    return l10n.t(
      'The certificate must then be valid for {0}, not for the host of the URL.',
      change.servername,
    );
  return undefined;
}

function isSecure(url: string): boolean {
  return /^(?:wss|https):/i.test(url.trim());
}
