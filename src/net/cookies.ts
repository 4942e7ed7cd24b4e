import { CookieJar } from 'tough-cookie';
import type { HeaderList } from '../shared/timeline.ts';
import { headersOf } from './responseHead.ts';

/** The cookies of one session (RFC 6265), kept in memory only. */
export class Cookies {
  readonly #jar = new CookieJar(undefined, { looseMode: true });

  /** What the answer sets; what RFC 6265 does not allow is passed over. @param url of the request, http: or https: */
  store(headers: HeaderList, url: string): void {
    for (const cookie of headersOf(headers, 'set-cookie'))
      this.#jar.setCookieSync(cookie, url, { ignoreError: true });
  }

  /** The Cookie header for a request, or undefined. */
  headerFor(url: string): string | undefined {
    return this.#jar.getCookieStringSync(url) || undefined;
  }
}
