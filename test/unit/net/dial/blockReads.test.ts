import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { blockReads, shortenReads } from '../../../../src/net/dial/blockReads.ts';

const KiB = 1024;

/** A socket that takes what is read, and reads of it. */
function reading() {
  const taken: Buffer[] = [];
  const socket = { push: (bytes: Buffer) => taken.push(bytes) > 0 } as unknown as Socket;
  const options = blockReads(() => socket);
  const next = options.buffer as () => Buffer;
  /** Reads as much as fits, or less. @returns the bytes that were offered */
  const read = (most = Infinity): number => {
    const offered = next();
    const bytes = Math.min(offered.length, most);
    offered.fill(taken.length, 0, bytes);
    options.callback(bytes, offered);
    return offered.length;
  };
  return { socket, taken, read };
}

describe('the blocks that a socket reads into', () => {
  it('grow to 1 MiB while reads fill them', () => {
    const { read } = reading();
    expect(Array.from({ length: 7 }, () => read() / KiB)).toEqual([64, 128, 256, 512, 1024, 1024, 1024]);
  });

  it('shrink again while reads are short', () => {
    const { read } = reading();
    for (let reads = 0; reads < 5; reads++) read();
    const offered = Array.from({ length: 20_000 }, () => read(100));
    expect(Math.min(...offered.slice(-100))).toBeLessThanOrEqual(64 * KiB);
    expect(Math.min(...offered)).toBeGreaterThanOrEqual(16 * KiB);
  });

  it('grow to 128 KiB where messages are passed on', () => {
    const { socket, read } = reading();
    shortenReads(socket);
    expect(Array.from({ length: 5 }, () => read() / KiB)).toEqual([64, 128, 128, 128, 128]);
  });

  it('end to grow when that is found out later', () => {
    const { socket, read } = reading();
    for (let reads = 0; reads < 5; reads++) read();
    shortenReads(socket);
    expect([read(), read()].map((bytes) => bytes / KiB)).toEqual([128, 128]);
  });

  it('are never written over: each chunk keeps its bytes', () => {
    const { taken, read } = reading();
    for (let reads = 0; reads < 200; reads++) read(1000 + reads);
    taken.forEach((bytes, index) => {
      expect(bytes.length).toBe(1000 + index);
      expect(bytes.every((byte) => byte === index)).toBe(true);
    });
  });
});
