import { deflateRawSync } from 'node:zlib';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { testEngine, until } from '../../support/engine.ts';
import { rawServer, switching } from '../../support/rawServer.ts';
import { closePayload, readFrames, wireFrame } from '../../support/wire.ts';

const MiB = 1024 * 1024;

/** A server that answers the handshake and then calls `serve`. */
const serverThat = (serve: (socket: Socket) => void, ...lines: string[]): Promise<{ url: string }> =>
  rawServer((socket, request) => {
    socket.write(switching(request, ...lines));
    serve(socket);
  });

const soon = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** How much the process grew during a piece of work, in MiB. */
async function growth(work: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 5);
  await work();
  clearInterval(timer);
  return (Math.max(most, process.memoryUsage.rss()) - before) / MiB;
}

describe('a peer that stops reading', () => {
  it('holds up a sender that waits; what waits is seen, and a forced end is immediate', async () => {
    const { engine } = await testEngine();
    const { url } = await serverThat((socket) => socket.pause());
    const session = engine.create({ url, deflate: false, closeTimeout: 60_000 });
    await session.connect();
    const message = { kind: 'binary', data: new Uint8Array(MiB) } as const;
    let sent = 0;
    const sending = (async () => {
      for (; sent < 200; sent++) await session.send(message);
    })();
    const failed = sending.catch((error: unknown) => (error as Error).message);
    let before = -1;
    // Until the buffers of both kernels are full.
    while (sent !== before) {
      before = sent;
      await soon(200);
    }
    expect(sent).toBeLessThan(200);
    expect(session.bufferedAmount).toBeGreaterThan(0);
    expect(session.bufferedAmount).toBeLessThan(2 * MiB);

    const started = performance.now();
    session.terminate();
    await until(session, () => session.summary.state === 'closed');
    expect(performance.now() - started).toBeLessThan(500);
    // The send in progress fails, too.
    expect(await failed).toBeTypeOf('string');
  });

  it('gets all of it, in order, once it reads again', async () => {
    const { engine } = await testEngine();
    const lengths: number[] = [];
    const { url } = await serverThat((socket) => {
      readFrames(socket, ({ first, payload }) => {
        if (first === 0x82) lengths.push(payload.length);
        if (lengths.length === 100) socket.write(wireFrame(0x88, closePayload(1000)));
      });
      socket.pause();
      setTimeout(() => socket.resume(), 500);
    });
    const session = engine.create({ url, deflate: false });
    await session.connect();
    for (let i = 0; i < 100; i++) await session.send({ kind: 'binary', data: new Uint8Array(200_000 + i) });
    await until(session, () => session.summary.state === 'closed');
    expect(lengths).toEqual(Array.from({ length: 100 }, (_, i) => 200_000 + i));
  });
});

describe('data that would fill the memory', () => {
  it('a compression bomb is named at the limit', async () => {
    const { engine } = await testEngine();
    // Zeros shrink to a thousandth.
    const bomb = deflateRawSync(Buffer.alloc(256 * MiB), { finishFlush: 2 }).subarray(0, -4);
    expect(bomb.length).toBeLessThan(MiB / 2);
    const { url } = await serverThat(
      (socket) => void socket.write(wireFrame(0xc2, bomb)),
      'Sec-WebSocket-Extensions: permessage-deflate',
    );
    const session = engine.create({ url, maxPayload: 8 * MiB });
    const grown = await growth(async () => {
      await session.connect();
      await until(session, () => session.summary.error !== undefined);
    });
    expect(session.summary.error?.code).toBe('limit.payload');
    expect(grown).toBeLessThan(120);
  });

  it('a million empty fragments are one empty message without the limit', async () => {
    const { engine } = await testEngine();
    const { url } = await serverThat((socket) => {
      socket.write(Buffer.concat([wireFrame(0x01), Buffer.alloc(2_000_000), wireFrame(0x80, 'end')]));
      socket.write(wireFrame(0x88, closePayload(1000)));
    });
    const session = engine.create({ url, deflate: false, maxFragments: 0, frames: true });
    const grown = await growth(async () => {
      await session.connect();
      await until(session, () => session.rows === 3);
    });
    expect((await session.readRows(1, 1))[0]).toMatchObject({ kind: 'text', size: 3, preview: 'end' });
    // All frames can be read in parts.
    const page = await session.readFrames(1, 999_999, 100);
    expect(page.total).toBe(1_000_002);
    expect(page.frames.map(({ opcode, fin, length }) => [opcode, fin, length])).toEqual([
      [0, false, 0],
      [0, false, 0],
      [0, true, 3],
    ]);
    expect(grown).toBeLessThan(250);
  });

  it('pings without end are named once their pongs wait, and the connection is over', async () => {
    const { engine } = await testEngine();
    const pings = Buffer.concat(Array.from({ length: 1000 }, () => wireFrame(0x89, Buffer.alloc(125))));
    const { url } = await serverThat((socket) => {
      socket.pause();
      const more = (): void => {
        while (!socket.destroyed && socket.write(pings));
        if (!socket.destroyed) socket.once('drain', more);
      };
      more();
    });
    const session = engine.create({ url, deflate: false });
    const grown = await growth(async () => {
      await session.connect();
      await until(session, () => session.summary.state === 'closed');
    });
    expect(session.summary.error?.code).toBe('limit.pings');
    expect(grown).toBeLessThan(200);
  });
});
