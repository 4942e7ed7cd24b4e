import { describe, expect, it } from 'vitest';
import { demoServer, testEngine, until } from '../../support/engine.ts';

describe('the tap of a session', () => {
  // A slice of a Buffer is a view. It becomes empty or changes once the buffer is transferred to a worker or reused.
  it('gets bytes whose slices are copies, of small and large messages and of pings', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const kept: { kind: string; isBuffer: boolean; copy: Uint8Array }[] = [];
    const session = engine.create(
      { url: `${server.url}/echo`, deflate: false },
      {
        tap: {
          onRow({ kind, direction, payload }) {
            if (direction === 'in')
              kept.push({ kind, isBuffer: Buffer.isBuffer(payload), copy: payload.slice() });
          },
        },
      },
    );
    await session.connect();
    const sizes = [1, 100, 16_384, 65_536, 300_000, 5];
    for (const size of sizes)
      await session.send({ kind: size % 2 === 0 ? 'binary' : 'text', data: Buffer.alloc(size, 'a') });
    await session.ping(Buffer.from('ping'));
    await until(session, () => kept.length >= sizes.length + 1);
    // Waits until the buffers were transferred to the record worker.
    await until(session, () => session.rows >= 2 * sizes.length + 3);
    expect(kept.filter(({ isBuffer }) => isBuffer)).toEqual([]);
    const messages = kept.filter(({ kind }) => kind === 'text' || kind === 'binary');
    expect(messages.map(({ copy }) => copy.length)).toEqual(sizes);
    expect(messages.every(({ copy }) => copy.every((byte) => byte === 0x61))).toBe(true);
    expect(
      kept.filter(({ kind }) => kind === 'pong').map(({ copy }) => String.fromCharCode(...copy)),
    ).toEqual(['ping']);
    await session.disconnect();
  });
});
