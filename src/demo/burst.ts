import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { burstTemplate, writeNumber, type BurstTemplate } from './burstTemplate.ts';
import type { Endpoint } from './endpoint.ts';
import { integerParameter } from './endpoint.ts';

const MAX_MESSAGES = 100_000_000;
const MAX_SIZE = 1024 * 1024 * 1024;
/** Bytes of small messages per write. */
const BLOCK_BYTES = 256 * 1024;

export const burst: Endpoint = {
  paths: ['/burst'],
  usage: '/burst?n=N&size=S',
  summary:
    `sends N numbered text messages (1 to ${MAX_MESSAGES}, default 1000) of exactly S bytes each ` +
    `(1 to ${MAX_SIZE}, default 100) as fast as they are read, then closes with 1000`,
  open(query) {
    const count = integerParameter(query, 'n', { min: 1, max: MAX_MESSAGES, fallback: 1000 });
    const size = integerParameter(query, 'size', { min: 1, max: MAX_SIZE, fallback: 100 });
    return (client, socket) => void sendBurst(client, socket, count, burstTemplate(count, size));
  },
};

/**
 * Sends a burst. Frames are built here instead of by `ws`, in whole blocks in which only the numbers change, so that
 * the demo server does not limit the rate of the client under test. The burst of a client takes no more memory than one
 * block.
 */
async function sendBurst(
  client: WebSocket,
  socket: Duplex,
  count: number,
  template: BurstTemplate,
): Promise<void> {
  const write = template.whole
    ? blockWriter(socket, count, template.whole, template)
    : (next: number) => writeInPieces(socket, next, template);
  try {
    for (let next = 0; next < count && client.readyState === WebSocket.OPEN;) {
      next += await write(next);
      // Other connections must get a turn even if the kernel takes every block at once.
      await new Promise(setImmediate);
    }
  } catch {
    // The socket is closed, and `client` emits its own close event.
    return;
  }
  client.close(1000);
}

/** Writes as many messages as fit into a block. The block is reused, because the kernel has then copied it. */
function blockWriter(
  socket: Duplex,
  count: number,
  frame: Buffer,
  template: BurstTemplate,
): (next: number) => Promise<number> {
  const perBlock = Math.max(1, Math.floor(BLOCK_BYTES / frame.length));
  const block = Buffer.alloc(perBlock * frame.length, frame);
  return async (next) => {
    const messages = Math.min(perBlock, count - next);
    for (let i = 0; i < messages; i++) writeNumber(block, i * frame.length, next + i, template);
    await written(socket, block.subarray(0, messages * frame.length));
    return messages;
  };
}

/**
 * Writes one large message. All its pieces are queued at once, so that no pong can interrupt the frame. The filler is
 * the same buffer each time, so the queue takes almost no memory.
 */
async function writeInPieces(socket: Duplex, next: number, template: BurstTemplate): Promise<number> {
  const { head, filler, fillerBytes, tail } = template;
  const numbered = Buffer.from(head);
  writeNumber(numbered, 0, next, template);
  socket.cork();
  socket.write(numbered);
  for (let left = fillerBytes; left > 0; left -= filler.length) socket.write(filler.subarray(0, left));
  const done = written(socket, tail);
  socket.uncork();
  await done;
  return 1;
}

function written(socket: Duplex, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
