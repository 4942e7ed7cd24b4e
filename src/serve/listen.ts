import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { DuplexError } from '../shared/errors.ts';
import { ClientRequest, handshakeFault } from './clientRequest.ts';

/** A server that listens for WebSocket clients. */
export interface Listening {
  /** `ws://host:port`, without a path. */
  readonly url: string;
  readonly port: number;
  /** Stops listening. Connections that were accepted go on. */
  close(): Promise<void>;
}

/**
 * Listens for clients.
 * @param where port 0 takes a free one
 * @param onRequest gets each handshake that is valid; the others are refused
 * @param onFault gets one sentence about each client whose handshake is not valid
 * @throws DuplexError `call.invalid` if it cannot listen there
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
    server.once('error', (error) => reject(cannotListen(error, where)));
    server.listen(where.port, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        // Sockets that were upgraded count as connections of the server: it does not wait for them.
        server.close();
        server.closeAllConnections();
        resolve();
      }),
  };
}

function cannotListen(
  error: NodeJS.ErrnoException,
  { host, port }: { readonly host: string; readonly port: number },
): DuplexError {
  const sentences: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} is in use; pick another one, or 0 for any that is free.`,
    EACCES: `Port ${port} needs rights that this process does not have; pick one above 1023, or 0 for any that is free.`,
    EADDRNOTAVAIL: `${host} is not an address of this machine; use 127.0.0.1 or one that is.`,
    ENOTFOUND: `The host name ${host} was not found; use 127.0.0.1 or an address of this machine.`,
  };
  const sentence = sentences[error.code ?? ''] ?? `Cannot listen on ${host}: ${error.message}.`;
  return new DuplexError('call.invalid', sentence, { cause: error });
}
