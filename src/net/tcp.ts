import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { step } from './socketSteps.ts';
import { hostAndPort } from './target.ts';

/** Where to: a Unix socket, or a host and port. */
export interface Peer {
  readonly host: string;
  readonly port: number;
  readonly socketPath?: string | undefined;
}

/**
 * Opens a connection over `net`: VS Code replaces `http` and `https` by modules that choose proxies by themselves and
 * discard what a request brings along, so no handshake goes through those.
 * @param onLookup the name has an address now
 */
export async function connectTcp(peer: Peer, signal: AbortSignal, onLookup: () => void): Promise<Socket> {
  const { host, port, socketPath } = peer;
  if (socketPath !== undefined || isIP(host) !== 0) onLookup();
  const socket = socketPath === undefined ? connect({ host, port }) : connect({ path: socketPath });
  // Between two steps nobody waits; what happens then is found by the next one.
  socket.on('error', () => {});
  await step<void>(socket, signal, (resolve) => {
    const onName = (error: Error | null): void => {
      if (error === null) onLookup();
    };
    socket.on('lookup', onName);
    socket.on('connect', resolve);
    return () => socket.off('lookup', onName).off('connect', resolve);
  });
  socket.setNoDelay();
  return socket;
}

/** The peer's IP address and port as they are written in URLs, or the path of its socket. */
export function addressOf(socket: Socket, socketPath?: string): string {
  return socketPath ?? hostAndPort(socket.remoteAddress ?? '', socket.remotePort ?? 0);
}
