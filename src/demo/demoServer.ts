import { createServer, STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContextOptions } from 'node:tls';
import { WebSocketServer } from 'ws';
import { listenFault } from '../core/session/doctor/listenFault.ts';
import { toDuplexError } from '../shared/errors.ts';
import { endOnFault } from './clientFaults.ts';
import type { ServeClient, HttpRefusal } from './endpoint.ts';
import { endpointAt, endpointList } from './endpoints.ts';

export interface DemoServer {
  /** `ws://host:port` or `wss://host:port`, without a path. */
  readonly url: string;
  readonly port: number;
  /** Closes all connections with 1001 and stops listening. Connections that do not close in time are terminated. */
  close(): Promise<void>;
}

/**
 * Without context takeover, both sides compress only messages of 1 KiB or more. With it, `ws` would also compress every
 * small message, which costs nearly all of the throughput.
 */
const COMPRESSION = { serverNoContextTakeover: true, clientNoContextTakeover: true, threshold: 1024 };

/** Milliseconds for clients to answer the close frame when the server stops. */
const CLOSE_GRACE = 500;

/**
 * Starts the demo server, a WebSocket server for trying a client; `GET /` lists its paths.
 * @param options.port 0 selects a free port
 * @param options.tls certificate and key to listen with TLS
 * @param options.onFault receives one sentence about each client that violates the protocol
 * @throws DuplexError `call.invalid` if listening at this address fails
 */
export async function startDemoServer(options: {
  port: number;
  host?: string;
  tls?: SecureContextOptions | undefined;
  onFault?: (sentence: string) => void;
}): Promise<DemoServer> {
  const host = options.host ?? '127.0.0.1';
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: COMPRESSION });
  const server = options.tls ? createSecureServer(options.tls) : createServer();
  server.on('request', answerPlainHttp);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A client that disconnects is not a fault. The listener only prevents an uncaught error.
    socket.on('error', () => socket.destroy());
    const decision = decide(request);
    if (typeof decision !== 'function') return refuseHandshake(socket, decision);
    sockets.handleUpgrade(request, socket, head, (client) => {
      const { remoteAddress = '', remotePort } = request.socket;
      const peer = `${inUrl(remoteAddress)}:${remotePort}`;
      endOnFault(client, socket, peer, options.onFault ?? (() => undefined));
      decision(client, socket);
    });
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenFault(error, { host, port: options.port })));
    server.listen(options.port, host, resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `${options.tls ? 'wss' : 'ws'}://${inUrl(host)}:${port}`,
    port,
    async close() {
      const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      for (const client of sockets.clients) client.close(1001, 'The demo server stops.');
      const cutOff = setTimeout(() => {
        for (const client of sockets.clients) client.terminate();
      }, CLOSE_GRACE);
      await stopped;
      clearTimeout(cutOff);
    },
  };
}

function decide(request: IncomingMessage): ServeClient | HttpRefusal {
  const { pathname, searchParams } = targetOf(request);
  const endpoint = endpointAt(pathname);
  if (!endpoint) return { ...plainText(404), body: notFound(request) };
  try {
    return endpoint.open(searchParams);
  } catch (thrown) {
    return { ...plainText(400), body: `${toDuplexError(thrown).message}\n` };
  }
}

function answerPlainHttp(request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = targetOf(request);
  if (pathname === '/') {
    response.writeHead(200, plainText(200).headers).end(welcome(request));
  } else if (endpointAt(pathname)) {
    response
      .writeHead(426, { ...plainText(426).headers, Upgrade: 'websocket' })
      .end('This path speaks WebSocket: connect to it with a WebSocket client.\n');
  } else {
    response.writeHead(404, plainText(404).headers).end(notFound(request));
  }
}

/** Responds to a handshake with a status other than 101 (RFC 6455, section 4.2.2) and ends the connection. */
function refuseHandshake(socket: Duplex, refusal: HttpRefusal): void {
  const body = Buffer.from(refusal.body);
  const headers = { ...refusal.headers, 'Content-Length': String(body.length), Connection: 'close' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? 'Refused'}\r\n${lines.join('')}\r\n`,
  );
  // Destroyed, because the client could keep its half of the connection open for ever.
  socket.end(body, () => socket.destroy());
}

/** The request's target. Only its path and query matter, so any base works. */
function targetOf(request: IncomingMessage): { pathname: string; searchParams: URLSearchParams } {
  const [pathname = '', query = ''] = (request.url ?? '/').split('?', 2);
  return { pathname, searchParams: new URLSearchParams(query) };
}

function plainText(status: number): { status: number; headers: Readonly<Record<string, string>> } {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8' } };
}

function originOf(request: IncomingMessage): string {
  const scheme = 'encrypted' in request.socket ? 'wss' : 'ws';
  return `${scheme}://${request.headers.host ?? 'localhost'}`;
}

function welcome(request: IncomingMessage): string {
  return `The demo server of Duplex. Connect a WebSocket client to:\n\n${endpointList(originOf(request))}`;
}

function notFound(request: IncomingMessage): string {
  return `There is nothing at this path. The demo server has:\n\n${endpointList(originOf(request))}`;
}

function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
