import type { OnReadOpts, Socket } from 'node:net';
import { KiB, MiB } from '../../shared/limits.ts';

/** Bytes of the first block of a connection, and of the largest one. A read gets at least a quarter of a block. */
const FIRST_BLOCK = 64 * KiB;
const LARGEST_BLOCK = MiB;

/**
 * Bytes of the largest block if messages are passed on. The messages of one read leave in one write, and keep
 * their block until then.
 */
const LARGEST_SHORT_BLOCK = 128 * KiB;

/** Reads per block at which the next block is larger (few) or smaller (many). */
const FEW_READS = 4;
const MANY_READS = 64;

const shortened = new WeakSet<Socket>();

/** Limits the size of the blocks of a socket whose messages are passed on to another connection. */
export function shortenReads(socket: Socket): void {
  shortened.add(socket);
}

/**
 * The `onread` option of a socket that reads into large blocks. By default, Node reads at most 64 KiB at a
 * time, each read into a new buffer, and a message that crosses a boundary is joined by a copy. Blocks grow
 * to 1 MiB while reads fill them, and shrink when they do not, so that a thousand idle sessions hold little
 * memory. Bytes of a block are never overwritten: each chunk is a view that stays valid.
 * @param socket returns the socket of the option
 */
export function blockReads(socket: () => Socket): OnReadOpts {
  let size = FIRST_BLOCK;
  let block = Buffer.allocUnsafeSlow(size);
  let used = 0;
  let reads = 0;
  const next = (): Buffer => {
    if (size - used >= size / 4) return block.subarray(used);
    // A fast peer fills a block in few reads, a slow peer in many.
    if (reads <= FEW_READS)
      size = Math.min(size * 2, shortened.has(socket()) ? LARGEST_SHORT_BLOCK : LARGEST_BLOCK);
    else if (reads >= MANY_READS) size = Math.max(size / 2, FIRST_BLOCK);
    block = Buffer.allocUnsafeSlow(size);
    used = reads = 0;
    return block;
  };
  return {
    buffer: next,
    callback: (bytes, buffer) => {
      used += bytes;
      reads++;
      return socket().push((buffer as Buffer).subarray(0, bytes));
    },
  };
}
