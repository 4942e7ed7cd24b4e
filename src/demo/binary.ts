import { randomBytes } from 'node:crypto';
import { answerWithSame } from './echo.ts';
import type { Endpoint } from './endpoint.ts';

export const binary: Endpoint = {
  paths: ['/binary'],
  usage: '/binary',
  summary: 'sends binary messages (every byte value once, random bytes, a PNG picture, JSON), then echoes',
  open: () => (client) => {
    for (const sample of samples()) client.send(sample);
    answerWithSame(client);
  },
};

/** Sixteen by sixteen pixels, a blue and an orange half. */
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
