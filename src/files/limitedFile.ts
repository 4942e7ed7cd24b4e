import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { MiB } from '../shared/limits.ts';

/** Maximum bytes that are read from a device or a pipe, which has no size and may have no end. */
export const MAX_ENDLESS_BYTES = 64 * MiB;

/**
 * Reads a file of any kind, up to a limit.
 * @param maxBytes limit of a regular file; for a device or a pipe, MAX_ENDLESS_BYTES applies if it is lower
 * @returns undefined if the file has more bytes
 * @throws Error of the system, such as ENOENT
 */
export async function readLimited(path: string, maxBytes: number): Promise<Buffer | undefined> {
  const stats = await stat(path);
  const limit = stats.isFile() ? maxBytes : Math.min(maxBytes, MAX_ENDLESS_BYTES);
  if (stats.size > limit) return undefined;
  const bytes = await (stats.isFile()
    ? readFile(path)
    : buffer(createReadStream(path, { end: limit, highWaterMark: MiB })));
  // Checked again, because the file may have grown.
  return bytes.length > limit ? undefined : bytes;
}

/**
 * Reads a stream, such as standard input, up to a limit. A stream with more bytes is destroyed.
 * @returns undefined if it has more bytes
 */
export async function readLimitedStream(stream: Readable, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    // Leaving the loop destroys the stream.
    if (length > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
