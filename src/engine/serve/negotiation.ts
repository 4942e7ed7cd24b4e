import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ProtocolModule } from '../../core/protocol/protocolModule.ts';
import type { HttpAnswer } from '../../serve/listen.ts';

/** A path and the protocol that its clients may negotiate. */
export interface NegotiatingPath {
  readonly plan: { readonly path: string };
  readonly protocol: ProtocolModule | undefined;
}

/**
 * Answers the HTTP request that clients of some protocols send before they connect. Pages of any origin may
 * send it, just as they may open a WebSocket.
 * @returns undefined for any other request, or if no path speaks a protocol that negotiates
 */
export function negotiation(
  { method, url = '', headers }: IncomingMessage,
  paths: readonly NegotiatingPath[],
): HttpAnswer | undefined {
  for (const { plan, protocol } of paths) {
    const answer = protocol?.negotiation?.serve(url, { uniqueId: randomUUID });
    if (!answer || withoutSlash(answer.path) !== withoutSlash(plan.path)) continue;
    const origin = originHeaders(headers);
    if (method === 'OPTIONS') return { status: 204, headers: origin, body: '' };
    if (method !== 'POST') return { status: 405, headers: { ...origin, Allow: 'OPTIONS, POST' }, body: '' };
    return { status: 200, headers: { ...origin, 'Content-Type': answer.contentType }, body: answer.body };
  }
  return undefined;
}

/** The headers that let a page of another origin read the response (Fetch, section 3.3). */
function originHeaders(headers: IncomingMessage['headers']): Readonly<Record<string, string>> {
  const { origin } = headers;
  const asked = headers['access-control-request-headers'];
  return {
    Vary: 'Origin',
    ...(origin !== undefined && {
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Allow-Credentials': 'true',
    }),
    ...(asked !== undefined && {
      'Access-Control-Allow-Headers': asked,
      'Access-Control-Allow-Methods': 'POST',
    }),
  };
}

function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
