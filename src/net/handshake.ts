import type { IncomingMessage } from 'node:http';
import { DuplexError } from '../shared/errors.ts';
import { MAX_REFUSED_BODY } from '../shared/limits.ts';
import type { ConnectOptions } from '../shared/session.ts';
import type { HeaderList } from '../shared/timeline.ts';
import { hostOf } from './connectionError.ts';

/** A response's headers as they came: order, spelling and repeats kept. */
export function headersOf(response: IncomingMessage): HeaderList {
  const headers: [string, string][] = [];
  for (let i = 0; i + 1 < response.rawHeaders.length; i += 2)
    headers.push([response.rawHeaders[i]!, response.rawHeaders[i + 1]!]);
  return headers;
}

/** Headers as http.request takes them: several of a name become a list under the first spelling. */
export function requestHeaders(headers: HeaderList): Record<string, string | string[]> {
  const spelling = new Map<string, string>();
  const result: Record<string, string | string[]> = {};
  for (const [name, value] of headers) {
    const key = spelling.get(name.toLowerCase()) ?? name;
    spelling.set(name.toLowerCase(), key);
    const earlier = result[key];
    result[key] = earlier === undefined ? value : [earlier, value].flat();
  }
  return result;
}

/** Reads the beginning of a refused handshake's body; resolves with what came where it breaks off. */
export function readBody(response: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const finish = (): void => resolve(Buffer.concat(chunks).subarray(0, MAX_REFUSED_BODY).toString('utf8'));
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
  const status = `${statusCode} ${statusMessage}`.trim();
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

/** Why the subprotocol of a 101 answer does not do, or undefined where it is not the reason (RFC 6455, section 4.1). */
export function subprotocolProblem(
  answered: string | undefined,
  options: ConnectOptions,
): DuplexError | undefined {
  const offered = options.subprotocols;
  let sentence: string;
  if (answered === undefined && offered.length > 0)
    sentence = `The server chose none of the subprotocols ${offered.join(', ')}: offer one that it speaks, or none.`;
  else if (answered !== undefined && offered.length === 0)
    sentence = `The server chose the subprotocol “${answered}” though none was offered: offer it, and connect again.`;
  else if (answered !== undefined && !offered.includes(answered))
    sentence = `The server chose the subprotocol “${answered}”, which is not among ${offered.join(', ')}: offer it too, and connect again.`;
  else return undefined;
  return new DuplexError('handshake.subprotocol', sentence);
}
