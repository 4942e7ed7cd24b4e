import type { CookieJar } from 'tough-cookie';
import type { HeaderList } from '../shared/timeline.ts';
import { headersOf } from './responseHead.ts';

/** The cookies of one session (RFC 6265), kept in memory only. */
export class Cookies {
  #jar: CookieJar | undefined;

  /** What the answer sets; what RFC 6265 does not allow is passed over. @param url of the request, http: or https: */
  async store(headers: HeaderList, url: string): Promise<void> {
    const cookies = headersOf(headers, 'set-cookie');
    if (cookies.length === 0) return;
    this.#jar ??= await newJar();
    for (const cookie of cookies) this.#jar.setCookieSync(cookie, url, { ignoreError: true });
  }

  /** The Cookie header for a request, or undefined. */
  headerFor(url: string): string | undefined {
    return this.#jar?.getCookieStringSync(url) || undefined;
  }
}

/** Loaded with the first cookie: it brings a list of all public suffixes, and few servers set cookies. */
async function newJar(): Promise<CookieJar> {
  const { CookieJar } = await import('tough-cookie');
  return new CookieJar(undefined, { looseMode: true });
}
