import { createHash, randomBytes } from 'node:crypto';
import type { ConnectOptions } from '../../shared/session.ts';
import type { HeaderList } from '../../shared/timeline.ts';

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** `Basic user password` and `Digest user password`, the form that JetBrains' client and httpYac use. */
const IN_CLEAR = /^(basic|digest)\s+(\S+)\s+(\S.*?)\s*$/i;

/** The header value of RFC 7617, with user and password as UTF-8. */
export function basicAuthorization({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

/**
 * The headers to send. Basic credentials in plain text are encoded. Digest credentials are held back, because they can
 * only answer a challenge. A single word is already encoded and stays.
 */
export function resolveAuthorization(headers: HeaderList): {
  readonly headers: HeaderList;
  readonly digest: Credentials | undefined;
} {
  let digest: Credentials | undefined;
  const sent: [string, string][] = [];
  for (const [name, value] of headers) {
    const clear = name.toLowerCase() === 'authorization' ? IN_CLEAR.exec(value) : null;
    const credentials = clear && { user: clear[2] ?? '', password: clear[3] ?? '' };
    // A complete answer to a challenge has parameters: `Digest username="me", realm="…"`.
    const isDigest = /^digest$/i.test(clear?.[1] ?? '');
    if (credentials === null || (isDigest && /^\w+=/.test(credentials.user))) sent.push([name, value]);
    else if (isDigest) digest = credentials;
    else sent.push([name, basicAuthorization(credentials)]);
  }
  return { headers: sent, digest };
}

/** A Digest challenge of a WWW-Authenticate or Proxy-Authenticate header (RFC 7616, section 3.3). */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** In the server's spelling; undefined: MD5. */
  readonly algorithm: string | undefined;
  /** Undefined if the server supports only the older form without `qop`. */
  readonly qop: 'auth' | 'auth-int' | undefined;
  /** Whether only the nonce is too old, so that user and password may be correct. */
  readonly stale: boolean;
}

/** Hashes by their names in challenges, from weak to strong. */
const HASHES: Record<string, string> = { md5: 'md5', 'sha-256': 'sha256', 'sha-512-256': 'sha512-256' };

/**
 * The supported challenge with the strongest hash.
 * @param values values of all challenge headers; one value may hold several challenges
 */
export function digestChallenge(values: readonly string[]): DigestChallenge | undefined {
  const challenges = values.flatMap((value) => challengesIn(value));
  const strength = ({ algorithm }: DigestChallenge): number =>
    Object.values(HASHES).indexOf(hashOf(algorithm) ?? '');
  return challenges.sort((a, b) => strength(b) - strength(a))[0];
}

function challengesIn(value: string): DigestChallenge[] {
  const found: DigestChallenge[] = [];
  for (const { index } of value.matchAll(/(?:^|,)\s*digest\s+/gi)) {
    const challenge = challengeOf(parameters(value.slice(index).replace(/^,?\s*digest\s+/i, '')));
    if (challenge !== undefined) found.push(challenge);
  }
  return found;
}

/** Parses `name=value` or `name="value"`, separated by commas, up to the next scheme. */
function parameters(text: string): Map<string, string> {
  const known = new Map<string, string>();
  const parameter = /\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))\s*(?:,|$)/y;
  for (let match = parameter.exec(text); match !== null; match = parameter.exec(text))
    known.set(match[1]!.toLowerCase(), match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? '');
  return known;
}

function challengeOf(given: Map<string, string>): DigestChallenge | undefined {
  const [nonce, algorithm] = [given.get('nonce'), given.get('algorithm')];
  const offered = given
    .get('qop')
    ?.split(',')
    .map((qop) => qop.trim().toLowerCase());
  if (nonce === undefined || hashOf(algorithm) === undefined) return undefined;
  const qop = (['auth', 'auth-int'] as const).find((known) => offered?.includes(known));
  if (offered !== undefined && qop === undefined) return undefined;
  return {
    realm: given.get('realm') ?? '',
    nonce,
    opaque: given.get('opaque'),
    algorithm,
    qop,
    stale: /^true$/i.test(given.get('stale') ?? ''),
  };
}

function hashOf(algorithm = 'MD5'): string | undefined {
  return HASHES[algorithm.toLowerCase().replace(/-sess$/, '')];
}

/**
 * The value of the Authorization or Proxy-Authorization header that answers a challenge (RFC 7616, section 3.4).
 * @param request the method and the target of the request line
 */
export function digestAuthorization(
  challenge: DigestChallenge,
  { user, password }: Credentials,
  { method, uri }: { readonly method: 'GET' | 'CONNECT'; readonly uri: string },
  clientNonce: string = randomBytes(16).toString('hex'),
): string {
  const { realm, nonce, opaque, algorithm, qop } = challenge;
  const hash = (text: string): string =>
    createHash(hashOf(algorithm) ?? 'md5')
      .update(text, 'utf8')
      .digest('hex');
  const count = '00000001';
  const isSession = /-sess$/i.test(algorithm ?? '');
  const secret = hash(`${user}:${realm}:${password}`);
  const first = isSession ? hash(`${secret}:${nonce}:${clientNonce}`) : secret;
  // A handshake has no body for `auth-int` to sign.
  const second = hash(qop === 'auth-int' ? `${method}:${uri}:${hash('')}` : `${method}:${uri}`);
  const response = hash(
    qop ? `${first}:${nonce}:${count}:${clientNonce}:${qop}:${second}` : `${first}:${nonce}:${second}`,
  );
  const parts = [
    /^[ -~]*$/.test(user) ? `username=${quoted(user)}` : `username*=UTF-8''${extended(user)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(uri)}`,
    `response="${response}"`,
    ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
    ...(qop ? [`qop=${qop}`, `nc=${count}`] : []),
    ...(qop || isSession ? [`cnonce="${clientNonce}"`] : []),
  ];
  return `Digest ${parts.join(', ')}`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** Encodes text that a header cannot carry otherwise (RFC 8187, section 3.2). */
function extended(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}

/** The options with an access token instead of the user's own credentials. */
export function withBearer(options: ConnectOptions, bearer: string | undefined): ConnectOptions {
  if (bearer === undefined) return options;
  const others = options.headers.filter(([name]) => !/^authorization$/i.test(name));
  return { ...options, headers: [...others, ['Authorization', `Bearer ${bearer}`]] };
}
