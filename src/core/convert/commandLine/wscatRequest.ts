import { textOf, webSocketUrl } from '../imported.ts';
import type { GivenArguments } from './clientOptions.ts';
import {
  credentials,
  lines,
  pairs,
  lastValueReader,
  redirects,
  sentHeaders,
  tls,
  withScheme,
  type CommandRequest,
} from './clientValues.ts';

/** @param given the arguments of wscat */
export function wscatRequest(given: GivenArguments): CommandRequest {
  const one = lastValueReader(given);
  const headers = [
    ...pairs(given.values.header),
    ...lines('Host', one('host')),
    ...lines('Origin', one('origin')),
    ...lines('Authorization', credentials(one('auth'), 'Basic')),
    ...(given.values.subprotocol ?? []).map((each) => ['Sec-WebSocket-Protocol', each] as const),
  ];
  const url = webSocketUrl(one('connect') ?? given.positionals[0] ?? '');
  const messages = given.values.execute ?? [];
  return {
    options: {
      url,
      ...sentHeaders(url, headers),
      ...tls(one, { ca: 'ca', insecure: 'no-check' }),
      ...(one('passphrase') !== undefined && { passphrase: one('passphrase')! }),
      ...(one('proxy') !== undefined && { proxy: withScheme(one('proxy')!) }),
      ...redirects(one('location') !== undefined, one('max-redirects'), 10),
    },
    steps: [...messages.map((text) => ({ message: textOf(text) })), ...closeAfter(messages, one('wait'))],
  };
}

/** After its messages wscat waits, two seconds unless told otherwise, and closes. -1 keeps the connection open. */
function closeAfter(messages: readonly string[], wait: string | undefined): CommandRequest['steps'] {
  const seconds = Number(wait);
  return messages.length > 0 && wait !== undefined && seconds >= 0
    ? [{ directives: [`delay ${Math.round(seconds * 1000)}ms`, 'close 1000'] }]
    : [];
}

/** @param given the arguments of websocat 1 */
export function websocatRequest(given: GivenArguments): CommandRequest {
  const one = lastValueReader(given);
  const address =
    given.positionals.find((each) => /^(?:ws|wss|ws-c|http|https):/i.test(each)) ?? given.positionals.at(-1);
  const headers = [
    ...pairs(given.values.header),
    ...lines('Origin', one('origin')),
    ...lines('Authorization', credentials(one('basic-auth'), 'Basic')),
    ...lines('Sec-WebSocket-Protocol', one('protocol')),
  ];
  const url = webSocketUrl(one('ws-c-uri') ?? address ?? '');
  const seconds = Number(one('ping-interval'));
  const [pfx, passphrase] = [one('client-pkcs12-der'), one('client-pkcs12-passwd')];
  return {
    options: {
      url,
      ...sentHeaders(url, headers),
      ...(one('insecure') !== undefined && { insecure: true }),
      ...(pfx !== undefined && { pfx, ...(passphrase !== undefined && { passphrase }) }),
      ...(one('tls-domain') !== undefined && { servername: one('tls-domain')! }),
      ...(one('socks5') !== undefined && { proxy: `socks5://${one('socks5')!}` }),
      ...(seconds > 0 && { heartbeat: Math.round(seconds * 1000) }),
    },
    steps: [],
  };
}
