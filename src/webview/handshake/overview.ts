import type { AnyHandshake, PanelHandshake } from '../../shared/panelProtocol.ts';
import { parameterText, parseExtensions, tlsName } from '../text/connectionText.ts';
import { SHARED_TEXT } from '../text/sharedTexts.ts';
import { HANDSHAKE_TEXT } from './handshakeTexts.ts';

export interface OverviewFact {
  readonly name: string;
  /** One or several lines. */
  readonly values: readonly string[];
  readonly isWarning?: boolean;
}

/** The last status line of the server, and the reason of a failure. */
function resultOf({ exchanges, status, message }: AnyHandshake): (string | undefined)[] {
  const response = exchanges?.at(-1)?.response ?? '';
  return [/^HTTP\/\S+ ([^\r\n]*)/.exec(response)?.[1] ?? status?.toString(), message];
}

function redirectsOf({ exchanges = [] }: AnyHandshake): string[] {
  const urls = exchanges.filter((exchange) => exchange.with === 'server').map(({ url }) => url);
  // A repeated URL is the answer to a challenge.
  return urls.flatMap((url, index) => {
    const before = urls[index - 1];
    return before === undefined || before === url ? [] : [HANDSHAKE_TEXT.redirect(before, url)];
  });
}

function securityOf({ tls }: AnyHandshake, url: string): OverviewFact | undefined {
  if (tls === undefined) {
    return /^ws:/i.test(url) ? { name: HANDSHAKE_TEXT.security, values: [HANDSHAKE_TEXT.plain] } : undefined;
  }
  const verification = tls.verified ? HANDSHAKE_TEXT.verified : SHARED_TEXT.notVerified;
  const values = [`${tlsName(tls.protocol)}, ${tls.cipher}, ${verification}`];
  return { name: HANDSHAKE_TEXT.security, values, isWarning: !tls.verified };
}

/** The facts of the Overview tab, in order. */
export function overviewFacts({ url, detail }: PanelHandshake): OverviewFact[] {
  const facts: OverviewFact[] = [];
  const add = (name: string, ...values: readonly (string | undefined)[]): void => {
    const known = values.filter((value) => value !== undefined && value !== '') as string[];
    if (known.length > 0) facts.push({ name, values: known });
  };
  add(HANDSHAKE_TEXT.url, url);
  add(HANDSHAKE_TEXT.result, ...resultOf(detail));
  add(HANDSHAKE_TEXT.address, detail.address);
  add(HANDSHAKE_TEXT.proxy, detail.proxy);
  add(HANDSHAKE_TEXT.redirects, ...redirectsOf(detail));
  const security = securityOf(detail, url);
  if (security) facts.push(security);
  if (detail.protocol !== undefined && detail.extensions !== undefined) {
    add(SHARED_TEXT.subprotocol, detail.protocol || HANDSHAKE_TEXT.none);
    const extensions = parseExtensions(detail.extensions).flatMap(({ name, parameters }) => [
      name,
      ...parameters.map(parameterText),
    ]);
    add(SHARED_TEXT.extensions, ...(extensions.length > 0 ? extensions : [HANDSHAKE_TEXT.none]));
  }
  const cookies = (detail.headers ?? []).filter(([name]) => name.toLowerCase() === 'set-cookie').length;
  if (cookies > 0) add(HANDSHAKE_TEXT.cookies, HANDSHAKE_TEXT.cookiesSet(cookies));
  return facts;
}
