import type { Socket } from 'node:net';

/** A peer that ended the TCP connection in the midst of a step. */
export class BrokenOff extends Error {
  readonly code = 'ECONNRESET';
}

/**
 * Waits for one step of a handshake on a socket.
 * Rejects with the socket's error, with `BrokenOff` where it ends first, and with the reason of `signal`; the socket is
 * destroyed then.
 * @param begin attaches what the step listens to; answers how to detach it again
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
