import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { FrameScanner } from '../core/frames/frameScanner.ts';
import { faultPlace, transportFault } from '../core/frames/transportFault.ts';

/**
 * Ends a connection whose client violates the protocol, and reports what the client did. Other connections continue.
 * Call it before the first byte is read.
 * @param peer address and port of the client
 * @param tell receives one sentence, at most once
 */
export function endOnFault(
  client: WebSocket,
  socket: Duplex,
  peer: string,
  tell: (sentence: string) => void,
): void {
  const compression = client.extensions.includes('permessage-deflate');
  const scanner = new FrameScanner(0, undefined, { sender: 'client', compression });
  const onData = (chunk: Uint8Array): void => scanner.push(chunk);
  socket.prependListener('data', onData);
  client.once('close', () => socket.off('data', onData));
  client.on('error', (error: NodeJS.ErrnoException) => {
    client.terminate();
    const { code = '', message } = error;
    const fault = transportFault(code, message, scanner.fault);
    if (fault !== undefined) {
      const place = 'head' in fault ? `; the frame ${faultPlace(fault)}` : '';
      tell(`The client at ${peer} violated the WebSocket protocol: ${fault.what} (${fault.where})${place}.`);
    } else if (code.startsWith('WS_ERR_')) {
      tell(`The client at ${peer} sent a message beyond the limits of the demo server: ${message}.`);
    }
  });
}
