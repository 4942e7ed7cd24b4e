import type { WebSocket } from 'ws';
import { HIGH_WATER, type Endpoint } from './endpoint.ts';

export const echo: Endpoint = {
  paths: ['/', '/echo'],
  usage: '/echo',
  summary:
    'sends every message back, text as text and binary as binary; agrees to the first subprotocol offered',
  open: () => answerWithSame,
};

/** Echoes from now on. A client that sends but does not read is not read from either, so memory stays bounded. */
export function answerWithSame(client: WebSocket): void {
  client.on('message', (data, isBinary) => {
    client.send(data as Buffer, { binary: isBinary }, () => {
      if (client.isPaused && client.bufferedAmount < HIGH_WATER) client.resume();
    });
    if (client.bufferedAmount >= HIGH_WATER) client.pause();
  });
}
