import { isProblem, readJson } from '../json/jsonText.ts';
import { MAX_NAME_CHARS } from '../limits.ts';
import type { Negotiation, NegotiationAnswer, PeerPorts } from '../protocolModule.ts';

// TransportProtocols.md of ASP.NET Core: `POST [endpoint-base]/negotiate` before the connection, versions 0 and 1.

const VERSION = 1;

export const signalrNegotiation: Negotiation = {
  request: negotiationUrl,
  answer: readAnswer,
  serve: serveNegotiation,
};

/** @returns undefined if the URL already has an id, because another client has negotiated */
function negotiationUrl(url: string): string | undefined {
  const [base, query] = parts(url);
  if (/(?:^|&)id=/.test(query)) return undefined;
  const version = /(?:^|&)negotiateVersion=/.test(query) ? [] : [`negotiateVersion=${VERSION}`];
  const path = base.endsWith('/') ? `${base}negotiate` : `${base}/negotiate`;
  return `${path}?${[query, ...version].filter((part) => part !== '').join('&')}`;
}

function readAnswer(url: string, body: string): NegotiationAnswer {
  const json = readJson(new TextEncoder().encode(body));
  const value = isProblem(json) ? undefined : (json.value as Readonly<Record<string, unknown>> | null);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { kind: 'refused', reason: 'its answer is not the JSON object that SignalR has there' };
  const { error, url: elsewhere, accessToken, connectionToken, connectionId, availableTransports } = value;
  if (typeof error === 'string' && error !== '')
    return { kind: 'refused', reason: error.slice(0, MAX_NAME_CHARS).replace(/[.\s]+$/, '') };
  if (value['ProtocolVersion'] !== undefined)
    return { kind: 'refused', reason: 'it is a server of ASP.NET SignalR, whose protocol is another one' };
  if (typeof elsewhere === 'string') {
    const token = typeof accessToken === 'string' && accessToken !== '' ? accessToken : undefined;
    return { kind: 'redirect', url: elsewhere.replace(/^http/i, 'ws'), accessToken: token };
  }
  if (!offersWebSockets(availableTransports))
    return { kind: 'refused', reason: 'it offers no WebSockets among its transports' };
  // Version 0 has no token; its id takes the place of the token.
  const isVersion0 = typeof value['negotiateVersion'] !== 'number' || value['negotiateVersion'] < 1;
  const id = isVersion0 ? connectionId : connectionToken;
  if (typeof id !== 'string' || id === '')
    return {
      kind: 'refused',
      reason: `its answer has no ${isVersion0 ? 'connectionId' : 'connectionToken'}`,
    };
  const [base, query] = parts(url);
  const added = [query, `id=${encodeURIComponent(id)}`].filter((part) => part !== '').join('&');
  return { kind: 'connect', url: `${base}?${added}`, version: isVersion0 ? 0 : VERSION, secret: id };
}

function serveNegotiation(target: string, ports: PeerPorts): ReturnType<Negotiation['serve']> {
  const [path, query] = parts(target);
  const hub = /^(.*)\/negotiate$/.exec(path)?.[1];
  if (hub === undefined) return undefined;
  const asked = Number(/(?:^|&)negotiateVersion=(\d{1,3})(?:&|$)/.exec(query)?.[1] ?? 0);
  const answer = {
    connectionId: ports.uniqueId(),
    ...(asked > 0 && { connectionToken: ports.uniqueId(), negotiateVersion: VERSION }),
    availableTransports: [{ transport: 'WebSockets', transferFormats: ['Text', 'Binary'] }],
  };
  return {
    path: hub === '' ? '/' : hub,
    contentType: 'application/json',
    body: JSON.stringify(answer),
  };
}

function offersWebSockets(transports: unknown): boolean {
  return (
    Array.isArray(transports) &&
    transports.some((each) => (each as { transport?: unknown } | null)?.transport === 'WebSockets')
  );
}

function parts(url: string): [base: string, query: string] {
  const at = url.indexOf('?');
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
}
