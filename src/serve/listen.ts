import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { listenFault } from '../core/session/doctor/listenFault.ts';
import { ClientRequest, handshakeFault } from './clientRequest.ts';

/** A server that listens for WebSocket clients. */
export interface Listening {
  /** `ws://host:port`, without a path. */
  readonly url: string;
  readonly port: number;
  /** Stops listening. Accepted connections continue. */
  close(): Promise<void>;
}

/**
 * Listens for clients.
 * @param where port 0 selects a free port
 * @param onRequest receives each valid handshake; others are refused
 * @param onFault receives one sentence about each client with an invalid handshake
 * @throws DuplexError `call.invalid` if it cannot listen at this address
 */
export async function listen(
  where: { readonly host: string; readonly port: number },
  onRequest: (request: ClientRequest) => void,
  onFault: (sentence: string) => void,
): Promise<Listening> {
  const { host } = where;
  const server = createServer((_request, response) => {
    response
      .writeHead(426, { 'Content-Type': 'text/plain; charset=utf-8', Upgrade: 'websocket' })
      .end('This address speaks WebSocket: connect to it with a WebSocket client.\n');
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
    url: `ws://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        // Upgraded sockets count as connections of the server, so closing it would wait for them.
        server.close();
        server.closeAllConnections();
        resolve();
      }),
  };
}
