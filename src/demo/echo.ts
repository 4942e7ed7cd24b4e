import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import { HIGH_WATER } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';

export const echo: Endpoint = {
  paths: ['/', '/echo'],
  usage: '/echo',
  summary:
    'sends every message back, text as text and binary as binary; agrees to the first subprotocol offered',
  open: () => answerWithSame,
};

/** Echoes every message. Stops reading from a client that does not read, so that memory stays bounded. */
function answerWithSame(client: WebSocket): void {
  client.on('message', (data, isBinary) => {
    client.send(data as Buffer, { binary: isBinary }, () => {
      if (client.isPaused && client.bufferedAmount < HIGH_WATER) client.resume();
    });
    if (client.bufferedAmount >= HIGH_WATER) client.pause();
  });
}

export const binary: Endpoint = {
  paths: ['/binary'],
  usage: '/binary',
  summary: 'sends binary messages (every byte value once, random bytes, a PNG image, JSON), then echoes',
  open: () => (client) => {
    for (const sample of samples()) client.send(sample);
    answerWithSame(client);
  },
};

/** A picture of sixteen by sixteen pixels, half blue and half orange. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQAQMAAAAlPW0iAAAABlBMVEUfd7T/fw5/gpBAAAAADklEQVR42mNg+M9ACgIAdscP8fnvb64AAAAASUVORK5CYII=';

function samples(): Buffer[] {
  return [
    Buffer.from(Array.from({ length: 256 }, (_, value) => value)),
    randomBytes(64),
    Buffer.from(PNG, 'base64'),
    Buffer.from('{"kind":"json","sentAs":"binary","big":12345678901234567890}'),
  ];
}
