import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wireFrame } from '../../support/wire.ts';
import type { ReceivedFrame } from '../../support/wire.ts';
import { BINARY, bytes, ECHOES, fragments, PING, PONG, TEXT, text, type EchoCase } from './echoCases.ts';
import { ConformanceServer, goodbye } from './peer.ts';
import type { Peer } from './peer.ts';

// What a client of a conformance suite must answer, in the categories in which such suites test RFC 6455.

const server = new ConformanceServer();
beforeAll(() => server.listen());
afterAll(() => server.close());

/** Frames as they are compared: large payloads tell their length only where they differ. */
const plain = (frames: readonly ReceivedFrame[]): unknown[] =>
  frames.map(({ first, masked, payload }) => [first, masked, payload.toString('latin1')]);
const wanted = (back: EchoCase['back']): unknown[] =>
  back.map(([first, payload]) => [first, true, Buffer.from(payload as string).toString('latin1')]);

describe.each(ECHOES)('%s', (_, cases) => {
  let peer: Peer;
  beforeAll(async () => {
    peer = await server.meet();
  });

  it.each(cases)('$name', async ({ send, back, chop }) => {
    await peer.write(Buffer.concat(send), chop);
    expect(plain(await peer.take(back.length))).toEqual(wanted(back));
  });

  it('ends well', async () => {
    await peer.write(goodbye);
    expect(plain(await peer.rest())).toEqual(wanted([[0x88, Buffer.from([0x03, 0xe8])]]));
    expect((await peer.result).status).toBe(0);
  });
});

describe('limits', () => {
  const size = 4 * 1024 * 1024;
  const isSame = async (peer: Peer, first: number, payload: Buffer): Promise<void> => {
    const [frame] = await peer.take(1);
    expect([frame?.first, frame?.payload.length]).toEqual([first, payload.length]);
    expect(Buffer.compare(frame!.payload, payload)).toBe(0);
  };

  it('messages of 4 MiB come back, whole, in fragments of any size, and in small writes', async () => {
    const peer = await server.meet();
    const payload = bytes(size);
    await peer.write(wireFrame(BINARY, payload));
    await isSame(peer, BINARY, payload);
    await peer.write(wireFrame(TEXT, text(size)));
    await isSame(peer, TEXT, text(size));
    for (const part of [64, 256, 4096, 65_536]) {
      const parts = Array.from({ length: size / part }, (_, i) => payload.subarray(i * part, (i + 1) * part));
      await peer.write(Buffer.concat(fragments(2, ...parts)));
      await isSame(peer, BINARY, payload);
    }
    await peer.write(wireFrame(BINARY, payload), 1448);
    await isSame(peer, BINARY, payload);
    await peer.write(goodbye);
    expect((await peer.result).status).toBe(0);
  });

  it('a thousand round trips follow each other', async () => {
    const peer = await server.meet();
    for (let i = 0; i < 1000; i++) {
      const payload = bytes(i);
      await peer.write(wireFrame(BINARY, payload));
      await isSame(peer, BINARY, payload);
    }
    await peer.write(goodbye);
    expect((await peer.result).status).toBe(0);
  });

  it('a thousand pings in one segment are all answered, in order', async () => {
    const peer = await server.meet();
    await peer.write(Buffer.concat(Array.from({ length: 1000 }, (_, i) => wireFrame(PING, String(i)))));
    const frames = await peer.take(1000);
    expect(frames.map(({ payload }) => payload.toString())).toEqual(
      Array.from({ length: 1000 }, (_, i) => String(i)),
    );
    expect(frames.every(({ first }) => first === PONG)).toBe(true);
    await peer.write(goodbye);
    expect((await peer.result).status).toBe(0);
  });
});

describe('compression', () => {
  const TAIL = Buffer.from([0, 0, 0xff, 0xff]);
  const deflated = (payload: Buffer): Buffer => deflateRawSync(payload, { finishFlush: 2 }).subarray(0, -4);
  const inflated = (payload: Buffer): Buffer =>
    inflateRawSync(Buffer.concat([payload, TAIL]), { finishFlush: 2 });
  const payloads = [16, 64, 256, 1024, 4096, 65_536, 131_072].map((length) =>
    Buffer.from('{"op":"tick","price":1.0} '.repeat(Math.ceil(length / 26)).slice(0, length)),
  );

  it.each([
    ['with no context taken over', '; server_no_context_takeover; client_no_context_takeover'],
    [
      'with small windows',
      '; server_no_context_takeover; client_no_context_takeover; client_max_window_bits=9',
    ],
  ])('%s, messages come back, compressed where that gains something', async (_, parameters) => {
    const peer = await server.meet([], `Sec-WebSocket-Extensions: permessage-deflate${parameters}`);
    for (const payload of payloads) {
      await peer.write(wireFrame(0xc1, deflated(payload)));
      const [frame] = await peer.take(1);
      const compressed = payload.length >= 1024;
      expect(frame?.first).toBe(compressed ? 0xc1 : TEXT);
      expect(Buffer.compare(compressed ? inflated(frame!.payload) : frame!.payload, payload)).toBe(0);
    }
    await peer.write(goodbye);
    expect((await peer.result).status).toBe(0);
  });

  it('in fragments of any size, with pings between, and without compression in turn', async () => {
    const peer = await server.meet(
      [],
      'Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover',
    );
    const payload = payloads.at(-1)!;
    const packed = deflated(payload);
    const parts = fragments(
      0x41,
      ...Array.from({ length: Math.ceil(packed.length / 7) }, (_, i) => packed.subarray(i * 7, (i + 1) * 7)),
    );
    await peer.write(
      Buffer.concat([parts[0]!, wireFrame(PING, 'p'), ...parts.slice(1), wireFrame(TEXT, 'plain')]),
    );
    const [pong, first, second] = await peer.take(3);
    expect([pong?.first, first?.first, second?.first]).toEqual([PONG, 0xc1, 0xc1]);
    // One dictionary for both: they are inflated as one stream.
    const both = inflateRawSync(Buffer.concat([first!.payload, TAIL, second!.payload, TAIL]), {
      finishFlush: 2,
    });
    expect(Buffer.compare(both, Buffer.concat([payload, Buffer.from('plain')]))).toBe(0);
    await peer.write(goodbye);
    expect((await peer.result).status).toBe(0);
  });

  it('a message that is empty, and one that does not shrink', async () => {
    const peer = await server.meet(
      [],
      'Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover',
    );
    const noise = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * i * 31 + (i >> 3)) % 251));
    await peer.write(Buffer.concat([wireFrame(0xc1, Buffer.from([0])), wireFrame(0xc2, deflated(noise))]));
    const [empty, same] = await peer.take(2);
    const both = inflateRawSync(Buffer.concat([empty!.payload, TAIL, same!.payload, TAIL]), {
      finishFlush: 2,
    });
    expect(Buffer.compare(both, noise)).toBe(0);
    await peer.write(goodbye);
    expect((await peer.result).status).toBe(0);
  });
});
