import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { hostAndPort } from '../target.ts';
import { blockReads } from './blockReads.ts';

/** The destination: a Unix socket, or a host and port. */
export interface TcpPeer {
  readonly host: string;
  readonly port: number;
  readonly socketPath?: string | undefined;
}

/**
 * Opens a connection over `net`. VS Code replaces `http` and `https` by modules that choose proxies themselves and
 * ignore the request's own agent, so no handshake uses them.
 * @param onLookup called when the host name is resolved
 */
export async function connectTcp(peer: TcpPeer, signal: AbortSignal, onLookup: () => void): Promise<Socket> {
  const { host, port, socketPath } = peer;
  if (socketPath !== undefined || isIP(host) !== 0) onLookup();
  const onread = blockReads(() => socket);
  const socket: Socket = connect(
    socketPath === undefined ? { host, port, onread } : { path: socketPath, onread },
  );
  // No listener is attached between two steps; the next step finds an error that happened meanwhile.
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

/** The peer's IP address and port in URL form, or the path of its socket. */
export function addressOf(socket: Socket, socketPath?: string): string {
  return socketPath ?? hostAndPort(socket.remoteAddress ?? '', socket.remotePort ?? 0);
}

/** The peer ended the TCP connection during a step. */
export class BrokenOff extends Error {
  readonly code = 'ECONNRESET';
}

/**
 * Waits for one step of a handshake on a socket. Rejects with the socket's error, with `BrokenOff` if it ends first, or
 * with the reason of `signal`; then the socket is destroyed.
 * @param begin attaches the listeners of the step; returns a function that detaches them
 */
export function step<T>(
  socket: Socket,
  signal: AbortSignal,
  begin: (resolve: (value: T) => void, reject: (error: Error) => void) => () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted || socket.destroyed) {
      socket.destroy();
      const why = signal.aborted ? (signal.reason as Error) : socket.errored;
      reject(why ?? new BrokenOff('the peer closed the connection'));
      return;
    }
    const settle = (): void => {
      detach();
      signal.removeEventListener('abort', onAbort);
      socket.off('error', fail);
      socket.off('end', onEnd);
      socket.off('close', onEnd);
    };
    const fail = (error: Error): void => {
      settle();
      socket.destroy();
      reject(error);
    };
    const onAbort = (): void => fail(signal.reason as Error);
    const onEnd = (): void => fail(socket.errored ?? new BrokenOff('the peer closed the connection'));
    const detach = begin((value) => {
      settle();
      resolve(value);
    }, fail);
    signal.addEventListener('abort', onAbort);
    socket.on('error', fail);
    socket.on('end', onEnd);
    socket.on('close', onEnd);
  });
}
