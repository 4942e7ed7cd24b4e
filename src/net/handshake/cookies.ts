import type { CookieJar } from 'tough-cookie';
import type { HeaderList } from '../../shared/timeline.ts';
import { headersOf } from './responseHead.ts';
import type { ConnectionTarget } from '../target.ts';

/**
 * The cookies of one session (RFC 6265), kept in memory only. Each origin has a separate jar: RFC 6265 shares cookies
 * between the ports and schemes of a host, but no secret of a session may reach another origin.
 */
export class Cookies {
  readonly #jars = new Map<string, CookieJar>();

  /** Stores the cookies of a response from this target; ignores those that RFC 6265 does not allow. */
  async store(headers: HeaderList, { origin, cookieUrl }: ConnectionTarget): Promise<void> {
    const cookies = headersOf(headers, 'set-cookie');
    if (cookies.length === 0) return;
    const jar = this.#jars.get(origin) ?? (await newJar());
    this.#jars.set(origin, jar);
    for (const cookie of cookies) jar.setCookieSync(cookie, cookieUrl, { ignoreError: true });
  }

  /** The Cookie header for a request, or undefined. */
  headerFor({ origin, cookieUrl }: ConnectionTarget): string | undefined {
    return this.#jars.get(origin)?.getCookieStringSync(cookieUrl) || undefined;
  }
}

/**
 * The library is loaded with the first cookie: it contains a list of all public suffixes, and few servers set cookies.
 */
async function newJar(): Promise<CookieJar> {
  const { CookieJar } = await import('tough-cookie');
  return new CookieJar(undefined, { looseMode: true });
}
