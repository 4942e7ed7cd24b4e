import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';

/** A WebSocket server that goes down and comes up again on one port. */
export interface FallibleServer {
  readonly url: string;
  /** Handshakes as they came, refused ones among them. */
  readonly requests: IncomingMessage[];
  readonly clients: ReadonlySet<WebSocket>;
  /** The maximum number of simultaneous connections so far. */
  readonly most: number;
  /** The status with which new handshakes are refused; 101 to accept them. */
  status: number;
  /** Aborts all connections and stops listening. */
  down(): Promise<void>;
  up(): Promise<void>;
}

export async function fallibleServer(
  onConnection: (socket: WebSocket) => void = () => undefined,
): Promise<FallibleServer> {
  const sockets = new Set<Socket>();
  const requests: IncomingMessage[] = [];
  const answering = new WebSocketServer({ noServer: true });
  const state = { status: 101, port: 0, most: 0 };
  let server: Server | undefined;

  const up = async (): Promise<void> => {
    server = createServer();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
      state.most = Math.max(state.most, sockets.size);
    });
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      requests.push(request);
      if (state.status !== 101) {
        socket.end(`HTTP/1.1 ${state.status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
        return;
      }
      answering.handleUpgrade(request, socket, head, (client) => {
        client.on('error', () => undefined);
        onConnection(client);
      });
    });
    await new Promise<void>((resolve) => server?.listen(state.port, '127.0.0.1', resolve));
    state.port = (server.address() as AddressInfo).port;
  };
  const down = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server?.close(() => resolve()));
    for (const socket of sockets) socket.resetAndDestroy();
    await closed;
    server = undefined;
  };
  await up();
  onTestFinished(() => (server === undefined ? undefined : down()));
  return {
    url: `ws://127.0.0.1:${state.port}/`,
    requests,
    clients: answering.clients,
    get most() {
      return state.most;
    },
    get status() {
      return state.status;
    },
    set status(status) {
      state.status = status;
    },
    down,
    up,
  };
}
