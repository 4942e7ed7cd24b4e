import { maskSecrets } from '../core/session/secrets/maskSecrets.ts';
import { MASK, maskHeaders, maskUrl } from '../core/session/secrets/mask.ts';
import type { SessionManifest } from '../shared/recordProtocol.ts';
import type { ConnectOptions } from '../shared/session.ts';
import type { HeaderList } from '../shared/timeline.ts';

const SUBPROTOCOLS = 'Sec-WebSocket-Protocol';

/** The headers of a request as its recording describes them: secrets masked, the offered subprotocols among them. */
export function recordedHeaders({ headers, subprotocols, secrets }: ConnectOptions): HeaderList {
  const offered = subprotocols.length > 0 ? [[SUBPROTOCOLS, subprotocols.join(', ')] as const] : [];
  return maskHeaders([...headers, ...offered]).map(([name, value]) => [name, maskSecrets(value, secrets)]);
}

/** The URL as it is recorded and shown: without credentials, what was said to be secret masked. */
export function recordedUrl({ url, secrets }: ConnectOptions): string {
  return maskSecrets(maskUrl(url), secrets);
}

/** The headers that a recording has masked and a connection with these options would lack: it goes without them. */
export function lostHeaders({ requestHeaders }: SessionManifest, options: ConnectOptions): string[] {
  const key = (name: string): string => name.toLowerCase();
  const given = new Set(options.headers.map(([name]) => key(name)));
  const offers = options.subprotocols.length;
  const masked = requestHeaders.filter(([name, value]) => {
    if (!value.includes(MASK)) return false;
    return key(name) === key(SUBPROTOCOLS) ? value.split(',').length > offers : !given.has(key(name));
  });
  // A header may stand there twice, in another spelling too: the first one names it.
  const names = new Map<string, string>();
  for (const [name] of masked) if (!names.has(key(name))) names.set(key(name), name);
  return [...names.values()];
}

/** What a recording still knows of how to connect. What it masks is not among it. */
export function recordedOptions({
  url,
  requestHeaders,
}: SessionManifest): Pick<ConnectOptions, 'url' | 'headers' | 'subprotocols'> {
  const isOffer = (name: string): boolean => name.toLowerCase() === SUBPROTOCOLS.toLowerCase();
  return {
    url,
    headers: requestHeaders.filter(([name, value]) => !isOffer(name) && !value.includes(MASK)),
    subprotocols: requestHeaders
      .filter(([name]) => isOffer(name))
      .flatMap(([, value]) => value.split(',').map((subprotocol) => subprotocol.trim()))
      .filter((subprotocol) => subprotocol !== MASK),
  };
}
