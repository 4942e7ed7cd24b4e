import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';

/** A WebSocket server that does what a test says to each connection; it ends with the test. */
export async function scriptedServer(
  onConnection: (socket: WebSocket, request: IncomingMessage) => void,
  options: ServerOptions = {},
): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', ...options });
  server.on('connection', (socket, request) => {
    socket.on('error', () => undefined); // a client may end without a close handshake
    onConnection(socket, request);
  });
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(
    () =>
      new Promise((resolve) => {
        for (const client of server.clients) client.terminate();
        server.close(() => resolve());
      }),
  );
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Calls `listener` with each message of the client as text. */
export function onText(socket: WebSocket, listener: (text: string) => void): void {
  socket.on('message', (data) => listener((data as Buffer).toString()));
}
