import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** A server on 127.0.0.1 that does what one test needs. */
export interface TestServer {
  readonly url: string;
  /** The handshakes as they came. */
  readonly requests: IncomingMessage[];
  /** Resolves when the first connection is there. */
  readonly connected: Promise<void>;
  close(): Promise<void>;
}

/** @param attend what it does with a connection; `silent` accepts TCP and answers nothing */
export async function serverThat(
  attend: 'silent' | ((client: WebSocket) => void),
  { beforeAnswer = () => Promise.resolve() }: { readonly beforeAnswer?: () => Promise<void> } = {},
): Promise<TestServer> {
  const requests: IncomingMessage[] = [];
  const connections = new Set<Socket>();
  const server: Server = attend === 'silent' ? createTcpServer() : createServer();
  let connect = (): void => {};
  const connected = new Promise<void>((resolve) => (connect = resolve));
  server.on('connection', (socket: Socket) => {
    connect();
    connections.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => connections.delete(socket));
  });
  if (attend !== 'silent') {
    const sockets = new WebSocketServer({ noServer: true });
    sockets.on('headers', (headers) => headers.push('Set-Cookie: sid=C00KIE'));
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      requests.push(request);
      void beforeAnswer().then(() =>
        sockets.handleUpgrade(request, socket, head, (client) => {
          client.on('error', () => undefined);
          attend(client);
        }),
      );
    });
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    connected,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of connections) socket.destroy();
      }),
  };
}
