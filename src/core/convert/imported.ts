import type { OutgoingMessage } from '../../shared/session.ts';
import type { GivenOptions } from '../session/options/connectOptions.ts';

/** A request imported from a file or a command of another client. */
export interface ImportedRequest {
  readonly name: string;
  readonly options: GivenOptions;
  readonly messages: readonly OutgoingMessage[];
  /** Sentences about parts that could not be converted. */
  readonly left: readonly string[];
}

/** The result of an importer: requests, or one sentence with the problem and the remedy. */
export type ImportResult = { readonly requests: readonly ImportedRequest[] } | { readonly problem: string };

/**
 * Headers that the handshake sets itself, or that belong to a single connection (RFC 6455, section 4.1; RFC 9110,
 * section 7.6.1).
 */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'proxy-connection',
  'sec-websocket-extensions',
  'sec-websocket-key',
  'sec-websocket-version',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Converts headers of another client to options: hop-by-hop headers are dropped, Sec-WebSocket-Protocol becomes
 * subprotocols.
 */
export function importedHeaders(
  headers: readonly (readonly [string, string])[],
): Pick<GivenOptions, 'headers' | 'subprotocols'> {
  const kept = headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return !OWN_HEADERS.has(lower) && lower !== 'sec-websocket-protocol';
  });
  const subprotocols = headers
    .filter(([name]) => name.toLowerCase() === 'sec-websocket-protocol')
    .flatMap(([, value]) => value.split(',').map((each) => each.trim()))
    .filter((each) => each !== '');
  return {
    ...(kept.length > 0 && { headers: kept.map(([name, value]) => [name, value] as const) }),
    ...(subprotocols.length > 0 && { subprotocols: [...new Set(subprotocols)] }),
  };
}

/**
 * Converts `http:` and `https:` URLs, which browsers and HAR files write, and URLs without a scheme, to WebSocket URLs.
 */
export function webSocketUrl(url: string): string {
  const trimmed = url.trim();
  if (/^https?:/i.test(trimmed)) return trimmed.replace(/^http/i, 'ws');
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `ws://${trimmed}`;
}

export function textOf(text: string): OutgoingMessage {
  return { kind: 'text', data: new TextEncoder().encode(text) };
}
