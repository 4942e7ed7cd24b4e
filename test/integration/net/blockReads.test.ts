import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectTcp } from '../../../src/net/dial/tcp.ts';
import { connectOptions } from '../../../src/core/session/options/connectOptions.ts';
import { createConnector } from '../../../src/net/wsConnection.ts';
import { rawServer, switching } from '../../support/rawServer.ts';
import { wireFrame } from '../../support/wire.ts';

/** A client of a server that does this with each connection. */
async function dialed(serve: (socket: Socket) => void): Promise<Socket> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const socket = await connectTcp({ host: '127.0.0.1', port }, new AbortController().signal, () => {});
  onTestFinished(() => {
    socket.destroy();
    server.close();
  });
  return socket;
}

/** Bytes that differ from place to place. */
const pattern = (length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE(Math.imul(at, 2654435761) >>> 0, at);
  return bytes;
};

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('reads into blocks', () => {
  it('keep every chunk as it came, and grow beyond 64 KiB while a fast peer fills them', async () => {
    const sent = pattern(48 * 1024 * 1024);
    const socket = await dialed((peer) => void peer.end(sent));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    await new Promise((resolve) => socket.on('end', resolve));
    expect(digest(Buffer.concat(chunks))).toBe(digest(sent));
    expect(Math.max(...chunks.map(({ length }) => length))).toBeGreaterThan(64 * 1024);
    expect(socket.bytesRead).toBe(sent.length);
  });

  it('share blocks among small chunks', async () => {
    const socket = await dialed((peer) => {
      // Each answer causes the next chunk, so none are joined on the way.
      peer.on('data', () => peer.write('small'));
      peer.write('small');
    });
    const chunks: Buffer[] = [];
    await new Promise<void>((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (chunks.length === 200) resolve();
        else socket.write('next');
      });
    });
    expect(chunks.map(String)).toEqual(chunks.map(() => 'small'));
    expect(new Set(chunks.map(({ buffer }) => buffer)).size).toBe(1);
  });

  it('stop while the socket is paused, and lose nothing', async () => {
    const sent = pattern(16 * 1024 * 1024);
    let written = 0;
    const socket = await dialed((peer) => {
      const next = (): void => {
        while (written < sent.length) {
          const from = written;
          written += 65_536;
          if (!peer.write(sent.subarray(from, written))) return void peer.once('drain', next);
        }
        peer.end();
      };
      next();
    });
    let readWhilePaused = 0;
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (chunks.length % 3 !== 0) return;
      socket.pause();
      const { length } = chunks;
      setTimeout(() => {
        readWhilePaused += chunks.length - length;
        socket.resume();
      }, 5);
    });
    await new Promise((resolve) => socket.on('end', resolve));
    expect(readWhilePaused).toBe(0);
    expect(digest(Buffer.concat(chunks))).toBe(digest(sent));
  });

  it('deliver each message of a flood byte for byte, also those that lie across two blocks', async () => {
    const sizes = Array.from({ length: 3000 }, (_, i) => (i * 7919) % (i % 50 === 0 ? 700_000 : 4000));
    const payloads = sizes.map((size, i) => Buffer.alloc(size, String.fromCharCode(97 + (i % 26))));
    const { url } = await rawServer((socket, request) => {
      socket.write(switching(request));
      for (const payload of payloads) socket.write(wireFrame(0x81, payload));
      socket.write(wireFrame(0x88, Buffer.from([0x03, 0xe8])));
    });
    const received: Uint8Array[] = [];
    await new Promise<void>((resolve) => {
      createConnector()(connectOptions({ url, deflate: false, maxPayload: 0 }), {
        onOpen: () => {},
        // Kept until the end: no later read may change them.
        onMessage: (_, payload) => received.push(payload),
        onControl: () => {},
        onError: (error) => received.push(Buffer.from(error.message)),
        onEnd: () => resolve(),
      });
    });
    expect(received.map(({ length }) => length)).toEqual(sizes);
    expect(received.every((payload, i) => payloads[i]!.equals(payload))).toBe(true);
  });
});

describe('text in a flood', () => {
  it('that is not UTF-8 ends the connection at that message, among thousands of one chunk', async () => {
    const frames = Array.from({ length: 5000 }, (_, i) =>
      wireFrame(0x81, i === 3000 ? Buffer.from([0x66, 0xc3]) : `message ${i} ü`),
    );
    const { url } = await rawServer((socket, request) => {
      socket.write(switching(request));
      socket.write(Buffer.concat(frames));
    });
    const told: string[] = [];
    await new Promise<void>((resolve) => {
      createConnector()(connectOptions({ url, deflate: false }), {
        onOpen: () => {},
        onMessage: (_, payload) => told.push(Buffer.from(payload).toString('latin1')),
        onControl: () => {},
        onError: (error) => told.push(error.code),
        onEnd: () => resolve(),
      });
    });
    expect(told).toHaveLength(3002);
    expect(told.slice(-2)).toEqual(['f\u00c3', 'protocol.invalid-utf8']);
  });
});
