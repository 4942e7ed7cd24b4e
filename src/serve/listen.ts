import { createServer, type RequestListener, type IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { listenFault } from '../core/session/doctor/listenFault.ts';
import { ClientRequest, handshakeFault, peerOf } from './clientRequest.ts';
import type { ServerCertificate } from './serverCertificate.ts';

/** The answer to an HTTP request. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A server that listens for WebSocket clients. */
export interface Listening {
  /** `ws://host:port` or `wss://host:port`, without a path. */
  readonly url: string;
  readonly port: number;
  /** The certificate that clients see; undefined without TLS. */
  readonly certificate: ServerCertificate | undefined;
  /** Stops listening. Accepted connections continue. */
  close(): Promise<void>;
}

/**
 * Listens for clients.
 * @param where port 0 selects a free port
 * @param onRequest receives each valid handshake; others are refused
 * @param onFault receives one sentence about each client with an invalid handshake, of TLS or of WebSocket
 * @param answerHttp answers requests without an upgrade; undefined: the request is refused with 426
 * @throws DuplexError `call.invalid` if it cannot listen at this address
 */
export async function listen(
  where: {
    readonly host: string;
    readonly port: number;
    /** Listens with TLS. */
    readonly certificate?: ServerCertificate | undefined;
  },
  onRequest: (request: ClientRequest) => void,
  onFault: (sentence: string) => void,
  answerHttp: (request: IncomingMessage) => HttpAnswer | undefined = () => undefined,
): Promise<Listening> {
  const { host, certificate } = where;
  const answer: RequestListener = (request, response) => {
    // Its body has no meaning, and the connection is used again.
    request.resume();
    const known = answerHttp(request);
    if (known) return void response.writeHead(known.status, known.headers).end(known.body);
    response
      .writeHead(426, { 'Content-Type': 'text/plain; charset=utf-8', Upgrade: 'websocket' })
      .end('This address speaks WebSocket: connect to it with a WebSocket client.\n');
  };
  const server = certificate ? createSecureServer(certificate.context, answer) : createServer(answer);
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    const fault = tlsFault(error);
    if (fault !== undefined) onFault(`${peerOf(socket)}: ${fault}`);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, rest: Buffer) => {
    const client = new ClientRequest(request, socket, rest);
    const fault = handshakeFault(request);
    if (fault === undefined) return onRequest(client);
    client.refuse(fault);
    onFault(`${client.peer}: ${fault.body.trimEnd()}`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenFault(error, where)));
    server.listen(where.port, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${certificate ? 'wss' : 'ws'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    certificate,
    close: () =>
      new Promise((resolve) => {
        // Upgraded sockets count as connections of the server, so closing it would wait for them.
        server.close();
        server.closeAllConnections();
        resolve();
      }),
  };
}

/** Why TLS did not begin; undefined if the client has just left. */
function tlsFault({ code = '', message }: NodeJS.ErrnoException): string | undefined {
  if (code === 'ECONNRESET' || code === 'EPIPE') return undefined;
  if (code === 'ERR_SSL_HTTP_REQUEST')
    return 'it does not speak TLS. Let it connect to the wss:// URL, or serve a ws:// one.';
  // The alerts of RFC 8446, section 6.2, by which clients refuse a certificate.
  if (
    /ALERT_(?:UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED|UNSUPPORTED_CERTIFICATE)$/.test(
      code,
    )
  )
    return 'it does not trust the certificate. Add the certificate to its authorities.';
  return `TLS did not begin (${code === '' ? message : code}).`;
}
