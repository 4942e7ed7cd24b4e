/** A name with its value, as written. */
export type NamedValue = readonly [name: string, value: string];

const BEARER = /^Bearer\s+/i;

/** The parameters of a URL's query as written: nothing is decoded, so that showing them changes nothing. */
export function queryParameters(url: string): NamedValue[] {
  const query = /\?([^#]*)/.exec(url)?.[1];
  if (query === undefined) return [];
  return query.split('&').map((pair): NamedValue => {
    const at = pair.indexOf('=');
    return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
  });
}

/** The URL with these parameters in place of its own. Characters that would end a parameter are encoded. */
export function replaceParameters(url: string, parameters: readonly NamedValue[]): string {
  const [, base = '', hash = ''] = /^([^?#]*)(?:\?[^#]*)?(#.*)?$/s.exec(url) ?? [];
  const query = parameters.map(
    ([name, value]) => `${encoded(name, /[&=#\s]/g)}=${encoded(value, /[&#\s]/g)}`,
  );
  return `${base}${query.length > 0 ? `?${query.join('&')}` : ''}${hash}`;
}

function encoded(text: string, special: RegExp): string {
  return text.replace(special, encodeURIComponent);
}

/**
 * The Bearer token of the Authorization header, or the whole value for another scheme; empty if there is no such
 * header.
 */
export function authorization(headers: readonly NamedValue[]): string {
  return headers.find(isAuthorization)?.[1].replace(BEARER, '') ?? '';
}

/** The headers with this token. A text that names its scheme, such as `Basic …`, is sent unchanged. */
export function withAuthorization(headers: readonly NamedValue[], token: string): NamedValue[] {
  const text = token.trim();
  const value = text === '' || /^[A-Za-z-]+\s/.test(text) ? text : `Bearer ${text}`;
  const index = headers.findIndex(isAuthorization);
  if (value === '') return headers.filter((header) => !isAuthorization(header));
  if (index < 0) return [...headers, ['Authorization', value]];
  return headers.map((header, at) => (at === index ? [header[0], value] : header));
}

function isAuthorization([name]: NamedValue): boolean {
  return name.toLowerCase() === 'authorization';
}
