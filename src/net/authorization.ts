import type { HeaderList } from '../shared/timeline.ts';

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** `Basic user password` and `Digest user password`, as JetBrains' client and httpYac write them. */
const IN_CLEAR = /^(basic|digest)\s+(\S+)\s+(\S.*?)\s*$/i;

/** RFC 7617: user and password as UTF-8. */
export function basicAuthorization({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

/**
 * Headers as they are sent: Basic credentials in clear are encoded, those for Digest are held back, for only a challenge
 * tells how to send them. What is encoded already, a single word, stays.
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
    // A ready answer to a challenge has parameters: `Digest username="me", realm="…"`.
    const isDigest = /^digest$/i.test(clear?.[1] ?? '');
    if (credentials === null || (isDigest && /^\w+=/.test(credentials.user))) sent.push([name, value]);
    else if (isDigest) digest = credentials;
    else sent.push([name, basicAuthorization(credentials)]);
  }
  return { headers: sent, digest };
}
