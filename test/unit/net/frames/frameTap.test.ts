import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { FrameTap } from '../../../../src/net/frames/frameTap.ts';
import type { FrameTapOptions } from '../../../../src/net/frames/frameTap.ts';
import { FLAG } from '../../../../src/shared/timeline.ts';
import { wireFrame, wireHeader } from '../../../support/wire.ts';

/** A socket by hand: what is pushed into it is received, what is written is kept. */
class FakeSocket extends Duplex {
  readonly written: Buffer[] = [];

  override _read(): void {}

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.written.push(chunk);
    done();
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setUp(options: Partial<FrameTapOptions> = {}) {
  const socket = new FakeSocket();
  const tap = new FrameTap(socket, {
    maxPayload: 1000,
    sender: 'server',
    inflates: false,
    observer: undefined,
    ...options,
  });
  return { socket, tap };
}

/** Notes direction and first byte of each frame, and where it ends. */
function observer() {
  const told: string[] = [];
  return {
    told,
    onHeader: (direction: string, first: number, _: number, length: number) =>
      void told.push(`${direction} ${first.toString(16)} ${length}`),
    onEnd: (direction: string) => void told.push(`${direction} end`),
  };
}

describe('received data', () => {
  it('is read before later listeners get it', async () => {
    const { socket, tap } = setUp();
    const seen: unknown[] = [];
    socket.on('data', () => seen.push(tap.partial?.received));
    socket.push(Buffer.concat([wireFrame(0x81, 'whole'), wireHeader(0x82, 10), Buffer.from('abc')]));
    await settled();
    expect(seen).toEqual([3]);
  });

  it('reports the first message beyond the limit', async () => {
    const { socket, tap } = setUp();
    socket.push(wireHeader(0x82, 2000));
    await settled();
    expect(tap.oversize).toEqual({ size: 2000, whole: true });
  });

  it('is read also if the socket closes while it is paused', async () => {
    const { socket, tap } = setUp();
    socket.pause();
    // As the transport does it, which attached itself after the tap.
    const taken: unknown[] = [];
    socket.on('close', () => taken.push(socket.read(socket.readableLength), tap.partial?.received));
    socket.push(Buffer.concat([wireHeader(0x82, 10), Buffer.from('abc')]));
    await settled();
    expect(tap.partial).toBeUndefined();
    socket.destroy();
    await settled();
    expect((taken[0] as Buffer).length).toBe(5);
    expect(taken[1]).toBe(3);
  });

  it('is ignored after the tap is stopped', async () => {
    const { socket, tap } = setUp();
    socket.on('data', () => {});
    tap.stop();
    socket.push(Buffer.concat([wireHeader(0x82, 10), Buffer.from('abc')]));
    await settled();
    expect(tap.partial).toBeUndefined();
  });
});

describe('flags', () => {
  it('come in the order of the messages, fragments and pings between them or not', async () => {
    const { socket, tap } = setUp({ inflates: true });
    const frames = [0xc1, 0x81, 0x41, 0x89, 0x00, 0x80, 0xc2, 0x01, 0x80];
    socket.push(Buffer.concat(frames.map((first) => wireFrame(first, 'x'))));
    await settled();
    const expected = [FLAG.compressed, 0, FLAG.compressed, FLAG.compressed, 0];
    expect(expected.map(() => tap.nextFlags())).toEqual(expected);
    expect(tap.nextFlags()).toBe(0);
  });

  it('are correct for any number of waiting messages', async () => {
    const { socket, tap } = setUp({ inflates: true });
    const got: number[] = [];
    for (let round = 0; round < 10; round++) {
      socket.push(
        Buffer.concat(Array.from({ length: 3000 }, (_, i) => wireFrame(i % 3 === 0 ? 0xc1 : 0x81))),
      );
      await settled();
      for (let i = 0; i < 2500; i++) got.push(tap.nextFlags());
    }
    for (let i = 0; i < 5000; i++) got.push(tap.nextFlags());
    expect(got).toEqual(Array.from({ length: 30_000 }, (_, i) => (i % 3 === 0 ? FLAG.compressed : 0)));
  });

  it('are empty if nothing can be compressed', async () => {
    const { socket, tap } = setUp();
    socket.push(wireFrame(0xc1, 'x'));
    await settled();
    expect(tap.nextFlags()).toBe(0);
  });
});

describe('an observer', () => {
  it('gets the frames of both directions, and written bytes arrive unchanged', async () => {
    const watching = observer();
    const { socket } = setUp({ observer: watching });
    socket.push(wireFrame(0x89, 'p'));
    await settled();
    const pong = Buffer.from([0x8a, 0x81, 1, 2, 3, 4, 5]);
    let flushed = false;
    socket.write(pong.subarray(0, 3));
    socket.write(pong.subarray(3), () => (flushed = true));
    await settled();
    expect(watching.told).toEqual(['in 89 1', 'in end', 'out 8a 1', 'out end']);
    expect(Buffer.concat(socket.written)).toEqual(pong);
    expect(flushed).toBe(true);
  });
});
