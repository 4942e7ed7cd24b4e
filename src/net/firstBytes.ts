import type { Socket } from 'node:net';
import { MAX_FIRST_BYTES } from './handshakeFailure.ts';

/**
 * The first bytes after a handshake, as evidence where they are no frames. Looks at no more than two chunks, so that what
 * comes later costs nothing. @returns what tells them, in hexadecimal: undefined once more than one chunk has come
 */
export function firstBytesOf(socket: Socket): () => string | undefined {
  let first: string | undefined;
  socket.once('data', (chunk: Buffer) => {
    first = chunk.subarray(0, MAX_FIRST_BYTES).toString('hex');
    socket.once('data', () => (first = undefined));
  });
  return () => first;
}
