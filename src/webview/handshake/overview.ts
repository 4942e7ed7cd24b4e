import type { AnyHandshake, PanelHandshake } from '../../shared/panelProtocol.ts';
import { parameterText, parseExtensions } from '../text/extensions.ts';
import { tlsName } from '../text/tls.ts';
import { TEXT } from '../texts.ts';

export interface OverviewFact {
  readonly name: string;
  /** One or several lines. */
  readonly values: readonly string[];
  readonly isWarning?: boolean;
}

/** The status line that the server answered with last, and what was wrong. */
function resultOf({ exchanges, status, message }: AnyHandshake): (string | undefined)[] {
  const response = exchanges?.at(-1)?.response ?? '';
  return [/^HTTP\/\S+ ([^\r\n]*)/.exec(response)?.[1] ?? status?.toString(), message];
}

function redirectsOf({ exchanges = [] }: AnyHandshake): string[] {
  const urls = exchanges.filter((exchange) => exchange.with === 'server').map(({ url }) => url);
  // The same URL again is the answer to a challenge.
  return urls.flatMap((url, index) => {
    const before = urls[index - 1];
    return before === undefined || before === url ? [] : [TEXT.redirect(before, url)];
  });
}

function securityOf({ tls }: AnyHandshake, url: string): OverviewFact | undefined {
  if (tls === undefined) {
    return /^ws:/i.test(url) ? { name: TEXT.security, values: [TEXT.plain] } : undefined;
  }
  const verification = tls.verified ? TEXT.verified : TEXT.notVerified;
  const values = [`${tlsName(tls.protocol)}, ${tls.cipher}, ${verification}`];
  return { name: TEXT.security, values, isWarning: !tls.verified };
}

/** What the handshake view says first, in the order in which it is said. */
export function overviewFacts({ url, detail }: PanelHandshake): OverviewFact[] {
  const facts: OverviewFact[] = [];
  const add = (name: string, ...values: readonly (string | undefined)[]): void => {
    const known = values.filter((value) => value !== undefined && value !== '') as string[];
    if (known.length > 0) facts.push({ name, values: known });
  };
  add(TEXT.url, url);
  add(TEXT.result, ...resultOf(detail));
  add(TEXT.address, detail.address);
  add(TEXT.proxy, detail.proxy);
  add(TEXT.redirects, ...redirectsOf(detail));
  const security = securityOf(detail, url);
  if (security) facts.push(security);
  if (detail.protocol !== undefined && detail.extensions !== undefined) {
    add(TEXT.subprotocol, detail.protocol || TEXT.none);
    const extensions = parseExtensions(detail.extensions).flatMap(({ name, parameters }) => [
      name,
      ...parameters.map(parameterText),
    ]);
    add(TEXT.extensions, ...(extensions.length > 0 ? extensions : [TEXT.none]));
  }
  const cookies = (detail.headers ?? []).filter(([name]) => name.toLowerCase() === 'set-cookie').length;
  if (cookies > 0) add(TEXT.cookies, TEXT.cookiesSet(cookies));
  return facts;
}
