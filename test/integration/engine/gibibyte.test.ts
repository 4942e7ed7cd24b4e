import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { testEngine, until } from '../../support/engine.ts';
import { rawServer, switching } from '../../support/rawServer.ts';

const GiB = 1024 ** 3;
const PIECE = Buffer.alloc(1024 * 1024);
for (let i = 0; i < PIECE.length; i++) PIECE[i] = (i * 7 + (i >> 9)) % 256;

/** One binary message of so many bytes, written as the client reads it. */
function writeMessage(socket: Socket, bytes: number): void {
  const header = Buffer.alloc(10);
  header[0] = 0x82;
  header[1] = 127;
  header.writeBigUInt64BE(BigInt(bytes), 2);
  socket.write(header);
  let left = bytes;
  const write = (): void => {
    while (left > 0 && !socket.destroyed) {
      left -= PIECE.length;
      if (!socket.write(PIECE)) {
        socket.once('drain', write);
        return;
      }
    }
  };
  write();
}

const gibibyteServer = (): Promise<{ url: string }> =>
  rawServer((socket, request) => {
    socket.write(switching(request));
    writeMessage(socket, GiB);
  });

describe('a message of 1 GiB', () => {
  it('over the limit is an error with size and setting, and uses no memory', async () => {
    const { engine } = await testEngine();
    const { url } = await gibibyteServer();
    const before = process.memoryUsage.rss();
    const session = engine.create({ url });
    await session.connect();
    await until(session, () => session.summary.state === 'closed');
    expect(session.summary.error).toMatchObject({
      code: 'limit.payload',
      message: expect.stringMatching(/104857600 bytes: raise the option “max-payload”/),
    });
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1024 * 1024);
  });

  it('with the limit raised is recorded, previewed and saved bit for bit', async () => {
    const { engine, recordingsFolder } = await testEngine();
    const { url } = await gibibyteServer();
    const session = engine.create({ url, deflate: false, maxPayload: 0 });
    await session.connect();
    // A slow disk adds notes about itself.
    await until(session, () => session.rows >= 2);
    const [row] = await session.readRows(1, 1);
    expect(row).toMatchObject({
      kind: 'binary',
      size: GiB,
      stored: GiB,
      preview: expect.stringMatching(/^00 07 0e/),
    });
    const target = join(recordingsFolder, 'saved.bin');
    await expect(engine.query.savePayload('save', session.folder!, 1, target)).resolves.toBe(GiB);
    session.terminate();

    const expected = createHash('sha256');
    for (let i = 0; i < GiB / PIECE.length; i++) expected.update(PIECE);
    const saved = createHash('sha256');
    for await (const chunk of createReadStream(target, { highWaterMark: PIECE.length }))
      saved.update(chunk as Buffer);
    expect(saved.digest('hex')).toBe(expected.digest('hex'));
  }, 120_000);
});
