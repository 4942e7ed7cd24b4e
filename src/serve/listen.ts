import { createServer, type RequestListener, type IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { listenFault } from '../core/session/doctor/listenFault.ts';
import type { OnClientFault, RefusedClient } from '../shared/refusedClient.ts';
import { clientAddress, ClientRequest, handshakeFault, peerOf } from './clientRequest.ts';
import type { ServerCertificate } from './serverCertificate.ts';

/** The response to an HTTP request. */
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
  /** The certificate that clients receive; undefined: without TLS. */
  readonly certificate: ServerCertificate | undefined;
  /** Stops listening. Accepted connections continue. */
  close(): Promise<void>;
}

/**
 * Listens for clients.
 * @param where port 0 selects a free port
 * @param onRequest receives each valid handshake; invalid ones are refused
 * @param onFault receives each client whose TLS or WebSocket handshake is invalid
 * @param answerHttp answers requests without an upgrade; undefined: the request is refused with 426
 * @throws DuplexError `call.invalid` if listening at this address fails
 */
export async function listen(
  where: {
    readonly host: string;
    readonly port: number;
    /** Listens with TLS. */
    readonly certificate?: ServerCertificate | undefined;
  },
  onRequest: (request: ClientRequest) => void,
  onFault: OnClientFault,
  answerHttp: (request: IncomingMessage) => HttpAnswer | undefined = () => undefined,
): Promise<Listening> {
  const { host, certificate } = where;
  const answer: RequestListener = (request, response) => {
    // The body is discarded, and the connection is used for the next request.
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
    if (fault !== undefined) onFault(`${peerOf(socket)}: ${fault}`, withoutRequest(socket, fault));
  });
  server.on('clientError', (error: HttpError, socket: Socket) => {
    const fault = httpFault(error);
    // The client may only have left, or `tlsClientError` has already reported the fault.
    if (fault === undefined || !socket.writable) return void socket.destroy();
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', () =>
      socket.destroy(),
    );
    onFault(`${peerOf(socket)}: ${fault}`, { ...withoutRequest(socket, fault), status: 400 });
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, rest: Buffer) => {
    const client = new ClientRequest(request, socket, rest);
    const fault = handshakeFault(request);
    if (fault === undefined) return onRequest(client);
    client.refuse(fault);
    const reason = fault.body.trimEnd();
    onFault(`${client.peer}: ${reason}`, client.refused(fault.status, reason));
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

/** The error of `node:http` about a client whose request it cannot read. */
interface HttpError extends NodeJS.ErrnoException {
  readonly rawPacket?: Buffer;
}

/** The first byte of a TLS record with a ClientHello: RFC 8446, section 5.1. */
const TLS_HANDSHAKE = 22;

/** The reason why a request could not be read; undefined if the client only left. */
function httpFault({ code = '', rawPacket }: HttpError): string | undefined {
  if (code === 'HPE_HEADER_OVERFLOW')
    return 'the headers of its handshake are too long: 16 KiB are read (RFC 6455, section 4.2.1).';
  if (!code.startsWith('HPE_') || code === 'HPE_INVALID_EOF_STATE') return undefined;
  if (rawPacket?.[0] === TLS_HANDSHAKE)
    return 'it speaks TLS. Let it connect to the ws:// URL, or serve a wss:// one.';
  return 'it sends no HTTP request, and a handshake begins with one (RFC 6455, section 4.1).';
}

function withoutRequest(socket: Socket, reason: string): RefusedClient {
  return { at: Date.now(), address: clientAddress(socket), target: undefined, status: undefined, reason };
}

/** The reason why TLS was not established; undefined if the client only left. */
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
