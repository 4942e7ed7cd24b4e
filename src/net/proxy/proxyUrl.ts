import { DuplexError } from '../../shared/errors.ts';
import type { Credentials } from '../handshake/authorization.ts';
import { hostAndPort } from '../target.ts';
import { optionNamed } from '../../core/session/options/optionName.ts';

export interface Proxy {
  readonly kind: 'http' | 'https' | 'socks5';
  readonly host: string;
  readonly port: number;
  /** scheme://host:port, without credentials. */
  readonly url: string;
  readonly credentials: Credentials | undefined;
}

const KINDS: Record<string, readonly [Proxy['kind'], defaultPort: number]> = {
  http: ['http', 80],
  https: ['https', 443],
  socks: ['socks5', 1080],
  socks5: ['socks5', 1080],
  socks5h: ['socks5', 1080],
};

/**
 * @throws DuplexError `proxy.unreachable` if the text is not the URL of a proxy; the message does not repeat the text
 */
export function proxyOf(text: string): Proxy {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? [];
  const known = KINDS[scheme.toLowerCase()];
  try {
    if (known === undefined) throw new TypeError('unknown scheme');
    // A URL of the scheme ws: requires a host. It drops the port 80, which `explicit` restores.
    const { hostname, port, username, password } = new URL(`ws://${rest}`);
    const explicit = /:(\d+)(?:[/?#]|$)/.exec(rest.replace(/^[^/?#]*@/, ''))?.[1];
    const host = hostname.replace(/^\[|\]$/g, '');
    const at = Number(port || explicit || known[1]);
    if (at === 0) throw new TypeError('port 0');
    const [user, secret] = [decodeURIComponent(username), decodeURIComponent(password)];
    return {
      kind: known[0],
      host,
      port: at,
      url: `${scheme.toLowerCase()}://${hostAndPort(host, at)}`,
      credentials: username || password ? { user, password: secret } : undefined,
    };
  } catch {
    throw new DuplexError(
      'proxy.unreachable',
      'The address of the proxy is not valid: write it as in http://host:3128 or socks5://host:1080, or none.',
    );
  }
}

/**
 * The error for a proxy that refuses or demands credentials.
 * @param schemes schemes of its challenges; empty if it sent none, and for SOCKS5
 */
export function unauthorized(proxy: Proxy, schemes: readonly string[] = []): string {
  const isKnown = schemes.length === 0 || schemes.some((scheme) => /^(basic|digest)$/i.test(scheme));
  if (!isKnown)
    return `The proxy ${proxy.url} asks for ${schemes.join(' or ')} credentials, and Duplex knows Basic and Digest: use a proxy that takes those, or set ${optionNamed('proxy')} to none.`;
  return proxy.credentials === undefined
    ? `The proxy ${proxy.url} asks for credentials: write them into its URL, as in http://user:password@host:3128.`
    : `The proxy ${proxy.url} does not accept the credentials that were sent: correct user and password in its URL.`;
}
