import { MASK, maskHeaders, maskUrl } from '../core/session/secrets/mask.ts';
import { maskSecrets } from '../core/session/secrets/maskSecrets.ts';
import type { SessionManifest } from '../shared/recordProtocol.ts';
import type { ConnectOptions } from '../shared/session.ts';
import type { HeaderList } from '../shared/timeline.ts';

const SUBPROTOCOLS = 'Sec-WebSocket-Protocol';

/** The headers of a request in their recorded form, including the offered subprotocols, with masked secrets. */
export function recordedHeaders({
  headers,
  subprotocols,
  secrets,
}: Pick<ConnectOptions, 'headers' | 'subprotocols' | 'secrets'>): HeaderList {
  const offered = subprotocols.length > 0 ? [[SUBPROTOCOLS, subprotocols.join(', ')] as const] : [];
  return maskHeaders([...headers, ...offered]).map(([name, value]) => [name, maskSecrets(value, secrets)]);
}

/** The URL in its recorded and displayed form, without credentials, with declared secrets masked. */
export function recordedUrl({ url, secrets }: ConnectOptions): string {
  return maskSecrets(maskUrl(url), secrets);
}

/** The names of headers that the recording masks and these options lack, so that a new connection would omit them. */
export function lostHeaders({ requestHeaders }: SessionManifest, options: ConnectOptions): string[] {
  const key = (name: string): string => name.toLowerCase();
  const given = new Set(options.headers.map(([name]) => key(name)));
  const offers = options.subprotocols.length;
  const masked = requestHeaders.filter(([name, value]) => {
    if (!value.includes(MASK)) return false;
    return key(name) === key(SUBPROTOCOLS) ? value.split(',').length > offers : !given.has(key(name));
  });
  // A header may occur twice, even in different letter case: the first spelling is used.
  const names = new Map<string, string>();
  for (const [name] of masked) if (!names.has(key(name))) names.set(key(name), name);
  return [...names.values()];
}

/** The connect options that a recording can restore, without the masked ones. */
export function recordedOptions({
  url,
  protocol = 'auto',
  decode = [],
  requestHeaders,
}: SessionManifest): Pick<ConnectOptions, 'url' | 'protocol' | 'decode' | 'headers' | 'subprotocols'> {
  const isOffer = (name: string): boolean => name.toLowerCase() === SUBPROTOCOLS.toLowerCase();
  return {
    url,
    protocol,
    decode,
    headers: requestHeaders.filter(([name, value]) => !isOffer(name) && !value.includes(MASK)),
    subprotocols: requestHeaders
      .filter(([name]) => isOffer(name))
      .flatMap(([, value]) => value.split(',').map((subprotocol) => subprotocol.trim()))
      .filter((subprotocol) => subprotocol !== MASK),
  };
}
