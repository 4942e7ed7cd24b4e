import { MASK, maskUrl, secretParameters } from '../../core/session/secrets/mask.ts';

/** Scheme with slashes, user info if there is any, host and port. */
const AUTHORITY = /^([a-z][a-z0-9+.-]*:\/\/)(?:([^/?#\\]*)@)?([^/?#\\]*)/i;

/**
 * The URL that the user edited without seeing its secrets. Masked parameters get their values back, and so does the
 * user info unless the host changed.
 * @param edited derived from `maskUrl(url)`
 */
export function editedUrl(url: string, edited: string): string {
  if (edited === maskUrl(url)) return url;
  const values = new Map(secretParameters(url).map(({ name, value }) => [name, value]));
  const [, , userInfo, host] = AUTHORITY.exec(url) ?? [];
  const [, , ownUserInfo, ownHost] = AUTHORITY.exec(edited) ?? [];
  const isSameHost = host?.toLowerCase() === ownHost?.toLowerCase();
  const filled = isSameHost ? withValues(edited, values) : edited;
  if (!isSameHost || userInfo === undefined || ownUserInfo !== undefined) return filled;
  return filled.replace(
    AUTHORITY,
    (_, scheme: string, __, authority: string) => `${scheme}${userInfo}@${authority}`,
  );
}

function withValues(url: string, values: ReadonlyMap<string, string>): string {
  let filled = '';
  let at = 0;
  for (const { name, value, from, to } of secretParameters(url)) {
    filled += url.slice(at, from) + (value === MASK ? (values.get(name) ?? MASK) : value);
    at = to;
  }
  return filled + url.slice(at);
}
