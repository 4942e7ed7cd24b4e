import { parentPort } from 'node:worker_threads';
import { createRpc } from '../shared/rpc.ts';

/** Serves calls in a worker thread. @returns functions that send events to the host */
export function serve<Calls extends object, Events extends object>(
  calls: Calls,
  events: readonly (keyof Events & string)[],
): Events {
  const port = parentPort;
  if (port === null) throw new Error('This file runs as a worker thread.');
  const channel = {
    post: (message: unknown, transfer: readonly ArrayBuffer[]) => port.postMessage(message, [...transfer]),
    listen(receive: (message: unknown) => void) {
      port.on('message', receive);
      return () => port.off('message', receive);
    },
  };
  return createRpc<Events, Calls>(channel, calls, {
    events,
    timeout: 60_000,
    // An unexpected failure ends the worker: the host sees its error, rejects the calls and starts another.
    onError: (error) =>
      setImmediate(() => {
        throw error;
      }),
  }).remote;
}
