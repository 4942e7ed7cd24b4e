import { MASK, maskUrl } from '../../core/session/secrets/mask.ts';

/** Scheme with slashes, user info where there is any, host and port. */
const AUTHORITY = /^([a-z][a-z0-9+.-]*:\/\/)(?:([^/?#\\]*)@)?([^/?#\\]*)/i;

/** A parameter of the query. */
const PARAMETER = /([?&])([^=&#]+)=([^&#]*)/g;

/**
 * The URL that the user made of the one that was shown to them, which lacked its secrets: where they stand as they did, they
 * are filled in again. User info belongs to its host: it goes nowhere else.
 * @param edited of `maskUrl(url)`
 */
export function editedUrl(url: string, edited: string): string {
  if (edited === maskUrl(url)) return url;
  const values = new Map([...url.matchAll(PARAMETER)].map(([, , name = '', value = '']) => [name, value]));
  const [, , userInfo, host] = AUTHORITY.exec(url) ?? [];
  const [, , ownUserInfo, ownHost] = AUTHORITY.exec(edited) ?? [];
  const isSameHost = host?.toLowerCase() === ownHost?.toLowerCase();
  const filled = isSameHost
    ? edited.replace(PARAMETER, (whole, mark: string, name: string, value: string) =>
        value === MASK ? `${mark}${name}=${values.get(name) ?? MASK}` : whole,
      )
    : edited;
  if (!isSameHost || userInfo === undefined || ownUserInfo !== undefined) return filled;
  return filled.replace(
    AUTHORITY,
    (_, scheme: string, __, authority: string) => `${scheme}${userInfo}@${authority}`,
  );
}
