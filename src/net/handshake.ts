import type { IncomingMessage } from 'node:http';
import { DuplexError } from '../shared/errors.ts';
import { MAX_REFUSED_BODY } from '../shared/limits.ts';
import type { ConnectOptions } from '../shared/session.ts';
import type { HeaderList } from '../shared/timeline.ts';
import { makeVisible } from '../core/format/visible.ts';
import { hostOf } from './connectionError.ts';

/** Characters of a server's own text that a sentence quotes; all of it is in the headers. */
const MAX_QUOTED = 80;

/** A response's headers as they came: order, spelling and repeats kept. */
export function headersOf(response: IncomingMessage): HeaderList {
  const headers: [string, string][] = [];
  for (let i = 0; i + 1 < response.rawHeaders.length; i += 2)
    headers.push([response.rawHeaders[i]!, response.rawHeaders[i + 1]!]);
  return headers;
}

/** Headers as http.request takes them: several of a name become a list under the first spelling. */
export function requestHeaders(headers: HeaderList): Record<string, string | string[]> {
  const byName = new Map<string, { spelling: string; values: string[] }>();
  for (const [name, value] of headers) {
    const known = byName.get(name.toLowerCase());
    if (known) known.values.push(value);
    else byName.set(name.toLowerCase(), { spelling: name, values: [value] });
  }
  const entries = [...byName.values()].map(({ spelling, values }) => [
    spelling,
    values.length > 1 ? values : values[0]!,
  ]);
  return Object.fromEntries(entries) as Record<string, string | string[]>;
}

/**
 * Reads the beginning of a refused handshake's body. Resolves with what came where it breaks off, or where no end of
 * it comes within `patience` milliseconds: the refusal is certain, and its body only evidence.
 */
export function readBody(response: IncomingMessage, patience: number): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(() => response.destroy(), patience);
    const finish = (): void => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks).subarray(0, MAX_REFUSED_BODY).toString('utf8'));
    };
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MAX_REFUSED_BODY) response.destroy();
    });
    response.once('end', finish);
    response.once('close', finish);
    // `close` follows with what there is: a body that breaks off is still evidence.
    response.once('error', finish);
  });
}

/** Where a redirect leads, as a ws: or wss: URL; undefined where the answer is no redirect. */
export function redirectTarget(response: IncomingMessage, url: string): string | undefined {
  const { statusCode = 0, headers } = response;
  if (statusCode < 300 || statusCode >= 400 || headers.location === undefined) return undefined;
  try {
    const target = new URL(headers.location, url.replace(/^ws/i, 'http'));
    // A fragment is for whoever shows a page; a WebSocket URL has none (RFC 6455, section 3).
    target.hash = '';
    return target.href.replace(/^http/i, 'ws');
  } catch {
    // Not a URL: then it is a refusal like others, and the header is shown with it.
    return undefined;
  }
}

export function sameOrigin(a: string, b: string): boolean {
  const [left, right] = [new URL(a), new URL(b)];
  return left.protocol === right.protocol && left.host === right.host;
}

/** Why an answer other than 101 refuses the handshake. */
export function refusal(response: IncomingMessage, options: ConnectOptions): DuplexError {
  const { statusCode = 0, statusMessage = '' } = response;
  const status = `${statusCode} ${quoted(statusMessage)}`.trim();
  return new DuplexError(
    'handshake.status',
    `${hostOf(options.url)} refused the handshake with HTTP ${status}: ${remedy(statusCode)}.`,
  );
}

function remedy(status: number): string {
  switch (status) {
    case 200:
      return 'the URL leads to a web page and not to a WebSocket, so check its path';
    case 401:
    case 407:
      return 'send credentials, for example in an Authorization header';
    case 403:
      return 'check the credentials and the Origin header';
    case 404:
      return 'check the path of the URL';
    case 426:
      return 'the server asks for another protocol version';
    case 429:
      return 'too many connections, so wait before the next try';
    default:
      return status >= 500 ? "look into the server's log" : 'its answer tells more';
  }
}

/** What a server wrote, as a part of our sentence: short, and without what a screen or a link could act on. */
function quoted(text: string): string {
  const visible = makeVisible(text).replaceAll('](', '] (');
  return visible.length > MAX_QUOTED ? `${visible.slice(0, MAX_QUOTED)}…` : visible;
}

/** Why the subprotocol of a 101 answer does not do, or undefined where it is not the reason (RFC 6455, section 4.1). */
export function subprotocolProblem(
  answered: string | undefined,
  options: ConnectOptions,
): DuplexError | undefined {
  const offered = options.subprotocols;
  const named = quoted(answered ?? '');
  let sentence: string;
  if (answered === undefined && offered.length > 0)
    sentence = `The server chose none of the subprotocols ${offered.join(', ')}: offer one that it speaks, or none.`;
  else if (answered !== undefined && offered.length === 0)
    sentence = `The server chose the subprotocol “${named}” though none was offered: offer it, and connect again.`;
  else if (answered !== undefined && !offered.includes(answered))
    sentence = `The server chose the subprotocol “${named}”, which is not among ${offered.join(', ')}: offer it too, and connect again.`;
  else return undefined;
  return new DuplexError('handshake.subprotocol', sentence);
}
