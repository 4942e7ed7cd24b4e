import type { WrittenFile } from './fileNames.ts';
import type { PrintableStep } from '../request/print/printRequest.ts';
import type { Direction, HeaderList, Kind } from '../../shared/timeline.ts';
import type { OutgoingMessage } from '../../shared/session.ts';
import type { GivenOptions } from '../session/options/connectOptions.ts';

/** A request imported from a file or a command of another client. */
export interface ImportedRequest {
  readonly name: string;
  readonly options: GivenOptions;
  readonly steps: readonly PrintableStep[];
  /** Sentences about parts that could not be converted. */
  readonly left: readonly string[];
}

/** A variable of another client. References in its value are written as in request files. */
export interface ImportedVariable {
  readonly name: string;
  readonly value: string;
  /** Whether its client treats it as a secret. */
  readonly isSecret?: boolean;
}

/** The requests of one request file. */
export interface ImportedCollection {
  /** The name of the file; default: that of the source. */
  readonly name?: string;
  readonly variables?: readonly ImportedVariable[];
  readonly requests: readonly ImportedRequest[];
  /** Sentences about other parts that could not be converted. */
  readonly left?: readonly string[];
}

export interface ImportedEnvironment {
  readonly name: string;
  readonly variables: readonly ImportedVariable[];
  readonly left?: readonly string[];
}

/** A row of a recording: `time` in microseconds since its start, the payload as in docs/recording-format.md. */
export interface ImportedRow {
  readonly kind: Kind;
  readonly direction: Direction;
  readonly flags: number;
  readonly time: number;
  readonly payload: Uint8Array;
}

/** A connection that was recorded by another tool; secrets are masked, except those in payloads. */
export interface ImportedRecording {
  readonly name: string;
  readonly url: string;
  /** ISO 8601, with milliseconds. */
  readonly startedAt: string;
  readonly requestHeaders: HeaderList;
  readonly responseHeaders: HeaderList;
  /** In chronological order. Each call starts from the first row. */
  readonly rows: () => Iterable<ImportedRow>;
}

/** The findings of an importer. */
export interface Imported {
  readonly collections: readonly ImportedCollection[];
  readonly recordings?: readonly ImportedRecording[];
  readonly environments?: readonly ImportedEnvironment[];
  /** Files of JSON Schema that the requests refer to by their names. */
  readonly schemas?: readonly WrittenFile[];
}

/** The result of an importer: its findings, or one sentence with the problem and the remedy. */
export type ImportResult = Imported | { readonly problem: string };

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
 * A URL that begins with a reference stays as it is: the variable may hold the scheme.
 */
export function webSocketUrl(url: string): string {
  const trimmed = url.trim();
  if (/^https?:/i.test(trimmed)) return trimmed.replace(/^http/i, 'ws');
  return /^[a-z][a-z0-9+.-]*:\/\/|^\{\{/i.test(trimmed) ? trimmed : `ws://${trimmed}`;
}

/** Adds parameters to a URL, percent-encoded except for references. A parameter that the query already has is not added. */
export function addParameters(url: string, parameters: readonly (readonly [string, string])[]): string {
  const [, path = '', query, fragment = ''] = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(url) ?? [];
  const present = new Set((query ?? '').split('&').map((each) => each.split('=')[0]));
  const added = parameters
    .map(([name, value]) => [encoded(name), encoded(value)] as const)
    .filter(([name]) => name !== '' && !present.has(name))
    .map(([name, value]) => `${name}=${value}`);
  const all = [...(query === undefined || query === '' ? [] : [query]), ...added];
  return `${path}${all.length > 0 ? `?${all.join('&')}` : ''}${fragment}`;
}

function encoded(text: string): string {
  return text
    .split(/(\{\{[^{}]*\}\})/)
    .map((part, index) =>
      index % 2 === 1 ? part : encodeURIComponent(part.replace(/\p{Surrogate}/gu, '\uFFFD')),
    )
    .join('');
}

/** Says how many requests are of another kind; nothing if there are none. */
export function otherRequests(count: number): readonly string[] {
  if (count === 0) return [];
  return [
    count === 1
      ? 'One request is not carried over: it is not a WebSocket request.'
      : `${count} requests are not carried over: they are not WebSocket requests.`,
  ];
}

export function textOf(text: string): OutgoingMessage {
  return { kind: 'text', data: new TextEncoder().encode(text) };
}
