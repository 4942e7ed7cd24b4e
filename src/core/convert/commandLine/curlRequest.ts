import type { GivenOptions } from '../../session/options/connectOptions.ts';
import { webSocketUrl } from '../imported.ts';
import type { GivenArguments } from './clientOptions.ts';
import {
  credentials,
  lines,
  pairs,
  lastValueReader,
  redirects,
  sentHeaders,
  tls,
  withScheme,
  type CommandRequest,
} from './clientValues.ts';

export function curlRequest(given: GivenArguments): CommandRequest {
  const one = lastValueReader(given);
  const headers = pairs(given.values.header);
  const added = [
    ...lines('User-Agent', one('user-agent')),
    ...lines('Referer', one('referer')),
    ...lines('Cookie', given.values.cookie?.filter((each) => !isCookieFile(each)).join('; ')),
    ...lines('Authorization', one('oauth2-bearer') && `Bearer ${one('oauth2-bearer')}`),
    ...lines('Authorization', credentials(one('user'), one('digest') === undefined ? 'Basic' : 'Digest')),
  ];
  const seconds = Number(one('connect-timeout'));
  const url = webSocketUrl(one('url') ?? given.positionals[0] ?? '');
  const minTlsVersion = oldestTls(given);
  return {
    options: {
      url,
      ...sentHeaders(url, [...headers, ...added, ...encodings(headers, one('compressed') !== undefined)]),
      ...curlTls(one),
      ...curlProxy(one),
      ...(minTlsVersion !== undefined && { minTlsVersion }),
      ...(seconds > 0 && { handshakeTimeout: Math.round(seconds * 1000) }),
      ...redirects(one('location') !== undefined, one('max-redirs'), 50),
    },
    steps: [],
  };
}

/** curl's `--compressed` sends the encodings that it knows. */
function encodings(
  headers: readonly (readonly [string, string])[],
  isCompressed: boolean,
): (readonly [string, string])[] {
  const has = headers.some(([name]) => name.toLowerCase() === 'accept-encoding');
  return isCompressed && !has ? [['Accept-Encoding', 'deflate, gzip, br, zstd']] : [];
}

/** The certificate may be followed by its passphrase: `client.pem:secret`. */
function curlTls(one: (name: string) => string | undefined): Partial<GivenOptions> {
  const { cert: given, ...others } = tls(one, { ca: 'cacert', insecure: 'insecure' });
  const [, cert = given, within] =
    /^(?![a-z]:[\\/][^:]*$)((?:[a-z]:[\\/])?[^:]*):(.*)$/is.exec(given ?? '') ?? [];
  const passphrase = one('pass') ?? within;
  const kind = /^p12$/i.test(one('cert-type') ?? '') ? 'pfx' : 'cert';
  return {
    ...others,
    ...(cert !== undefined && { [kind]: cert }),
    ...(passphrase !== undefined && { passphrase }),
  };
}

function curlProxy(one: (name: string) => string | undefined): Partial<GivenOptions> {
  const socks = one('socks5');
  const remote = one('socks5-hostname');
  const address =
    socks !== undefined
      ? `socks5://${socks}`
      : remote !== undefined
        ? `socks5h://${remote}`
        : one('proxy') && withScheme(one('proxy')!);
  if (one('noproxy') === '*') return { proxy: 'none' };
  if (address === undefined || address === '') return {};
  const [user, ...password] = (one('proxy-user') ?? '').split(':');
  if (user === '' || user === undefined || address.includes('@')) return { proxy: address };
  const credentials = [user, password.join(':')].map(userInfo).join(':');
  return { proxy: address.replace('://', `://${credentials}@`) };
}

/** References to variables stay as they are. */
function userInfo(text: string): string {
  return text
    .split(/(\{\{.*?\}\})/)
    .map((part) => (part.startsWith('{{') ? part : encodeURIComponent(part)))
    .join('');
}

/** The version of the option that was given last: it is the oldest that curl accepts. */
function oldestTls({ values }: GivenArguments): GivenOptions['minTlsVersion'] {
  const versions = {
    tlsv1: 'TLSv1',
    'tlsv1.0': 'TLSv1',
    'tlsv1.1': 'TLSv1.1',
    'tlsv1.2': 'TLSv1.2',
    'tlsv1.3': 'TLSv1.3',
  } as const;
  const given = (Object.keys(versions) as (keyof typeof versions)[]).filter((name) => values[name]);
  const last = given.at(-1);
  return last && versions[last];
}

/** curl reads cookies from a file if the value of `-b` has no `=`. An empty value only turns cookies on. */
function isCookieFile(cookie: string): boolean {
  return !cookie.includes('=');
}

export function hasCookieFile({ values }: GivenArguments): boolean {
  return (values.cookie ?? []).some((each) => each !== '' && isCookieFile(each));
}
