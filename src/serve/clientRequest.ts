import { createHash } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { adoptClient } from '../net/wsConnection.ts';
import type { Connection, ConnectionHandler } from '../net/connection.ts';
import { answerOffer } from '../net/handshake/deflate.ts';
import type { ConnectOptions } from '../shared/session.ts';
import type { RefusedClient } from '../shared/refusedClient.ts';
import type { HeaderList } from '../shared/timeline.ts';

/** RFC 6455, section 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * Maximum bytes that are read from a client that sends before the response; further bytes stay in its TCP connection.
 */
const MAX_EARLY_BYTES = 64 * 1024;

/** A response that refuses a handshake. */
export interface HandshakeRefusal {
  readonly status: number;
  readonly headers?: HeaderList;
  readonly body: string;
}

/**
 * A client's request for a WebSocket connection. It is accepted or refused once, unless the client disconnects first.
 */
export class ClientRequest {
  /** Path and query of the request. */
  readonly target: string;
  /** The headers in the order of the request, with repeats. */
  readonly headers: HeaderList;
  /** The offered subprotocols in the order of the request. */
  readonly subprotocols: readonly string[];
  /** `The client at address:port`, to begin a sentence. */
  readonly peer: string;
  readonly #address: string | undefined;
  /** Bytes that the client sent before the response. */
  readonly #early: Buffer[] = [];
  readonly #onEarly = (chunk: Buffer): void => {
    this.#early.push(chunk);
    this.#earlyBytes += chunk.length;
    if (this.#earlyBytes > MAX_EARLY_BYTES) this.socket.pause();
  };
  #earlyBytes = 0;
  #isAnswered = false;
  #onGone: (() => void) | undefined;

  constructor(
    private readonly request: IncomingMessage,
    private readonly socket: Socket,
    rest: Buffer,
  ) {
    this.target = request.url ?? '/';
    const { rawHeaders } = request;
    this.headers = Array.from({ length: rawHeaders.length / 2 }, (_, index) => [
      rawHeaders[2 * index]!,
      rawHeaders[2 * index + 1]!,
    ]);
    this.subprotocols = (request.headers['sec-websocket-protocol'] ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    this.peer = peerOf(socket);
    this.#address = clientAddress(socket);
    // A client that disconnects is not a fault of the server.
    socket.on('error', () => socket.destroy());
    this.#onEarly(rest);
    // A socket reports its end only while it is read.
    socket.on('data', this.#onEarly);
    for (const event of ['end', 'close']) socket.once(event, () => this.#left());
    socket.resume();
  }

  /** Calls the listener if the client disconnects before the response. */
  onGone(listener: () => void): void {
    this.#onGone = listener;
    if (this.socket.destroyed) this.#left();
  }

  #left(): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    this.socket.destroy();
    this.#onGone?.();
  }

  /**
   * Responds with 101 (RFC 6455, section 4.2.2).
   * @param protocol one of the offered subprotocols, or ''
   * @param more further headers of the response
   */
  accept(
    protocol: string,
    options: ConnectOptions,
    handler: ConnectionHandler,
    more: HeaderList = [],
  ): Connection {
    this.#isAnswered = true;
    this.socket.off('data', this.#onEarly).pause();
    const { headers } = this.request;
    const agreed = answerOffer(headers['sec-websocket-extensions'] ?? '', options);
    const accept = createHash('sha1').update(`${headers['sec-websocket-key']}${GUID}`).digest('base64');
    const answered: HeaderList = [
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Accept', accept],
      ...(protocol === '' ? [] : [['Sec-WebSocket-Protocol', protocol] as const]),
      ...(agreed ? [['Sec-WebSocket-Extensions', agreed.answer] as const] : []),
      ...more,
    ];
    const lines = answered.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    this.socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines}\r\n`, 'latin1');
    this.socket.setNoDelay();
    this.socket.setTimeout(0);
    return adoptClient(
      {
        socket: this.socket,
        rest: Buffer.concat(this.#early),
        protocol,
        deflate: agreed?.deflate,
        host: this.peer,
        isTruncated: () => false,
        detail: { status: 101, protocol, extensions: agreed?.answer ?? '', headers: answered },
      },
      options,
      handler,
    );
  }

  /** Describes the refusal for the listener. */
  refused(status: number, reason: string): RefusedClient {
    return { at: Date.now(), address: this.#address, target: this.target, status, reason };
  }

  /** Responds with a status other than 101 and ends the connection. Does nothing if the client has disconnected. */
  refuse({ status, headers = [], body }: HandshakeRefusal): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    const bytes = Buffer.from(body);
    const all = [...headers, ['Content-Length', String(bytes.length)], ['Connection', 'close']];
    const lines = all.map(([name, value]) => `${name}: ${value}\r\n`);
    this.socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\n${lines.join('')}\r\n`);
    // Destroyed, because the client could keep its half of the connection open for ever.
    this.socket.end(bytes, () => this.socket.destroy());
  }
}

/** The peer of a socket, to begin a sentence. A socket that has ended does not know the address. */
export function peerOf(socket: Socket): string {
  const address = clientAddress(socket);
  return address === undefined ? 'A client that has left' : `The client at ${address}`;
}

export function clientAddress({ remoteAddress, remotePort = 0 }: Socket): string | undefined {
  if (remoteAddress === undefined) return undefined;
  return `${remoteAddress.includes(':') ? `[${remoteAddress}]` : remoteAddress}:${remotePort}`;
}

/**
 * The response to a request that is not an opening handshake, with the reason and the RFC section; undefined if it is
 * one.
 */
export function handshakeFault(request: IncomingMessage): HandshakeRefusal | undefined {
  const { method, headers, httpVersionMajor, httpVersionMinor } = request;
  const refused = (what: string, where: string, more: Partial<HandshakeRefusal> = {}): HandshakeRefusal => ({
    status: 400,
    headers: [['Content-Type', 'text/plain; charset=utf-8']],
    body: `The client's handshake ${what} (RFC 6455, section ${where}).\n`,
    ...more,
  });
  if (method !== 'GET') return refused('is not a GET request', '4.1');
  if (httpVersionMajor !== 1 || httpVersionMinor < 1) return refused('is not in HTTP/1.1', '4.1');
  if (headers.upgrade?.toLowerCase() !== 'websocket')
    return refused('does not ask for an upgrade to websocket', '4.2.1');
  const key = headers['sec-websocket-key'] ?? '';
  if (!/^[+/0-9A-Za-z]{22}==$/.test(key))
    return refused('has no Sec-WebSocket-Key of 16 bytes in base64', '4.2.1');
  if (headers['sec-websocket-version'] !== '13')
    return refused('asks for another version of the protocol than 13', '4.4', {
      status: 426,
      headers: [['Sec-WebSocket-Version', '13']],
    });
  return undefined;
}
