import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closePayload, maskFrames, wireFrame, type ReceivedFrame } from '../../support/wire.ts';
import { BINARY, bytes, ECHOES, fragments, PING, PONG, TEXT, type EchoCase } from './echoCases.ts';
import { CLOSE, FAILURES, hello, INVALID_DATA, POLICY, PROTOCOL_ERROR, TOO_BIG } from './failureCases.ts';
import { goodbye } from './peer.ts';
import { EchoServer, type ServedPeer } from './served.ts';

// The cases of the client with the roles reversed: `duplex serve` with an echo rule.

const server = new EchoServer();
beforeAll(() => server.listen());
afterAll(() => server.close());

const plain = (frames: readonly ReceivedFrame[]): unknown[] =>
  frames.map(({ first, masked, payload }) => [first, masked, payload.toString('latin1')]);
/** A server masks nothing (RFC 6455, section 5.1). */
const wanted = (back: EchoCase['back']): unknown[] =>
  back.map(([first, payload]) => [first, false, Buffer.from(payload as string).toString('latin1')]);

describe.each(ECHOES)('a scripted server echoes %s', (_, cases) => {
  let peer: ServedPeer;
  beforeAll(async () => {
    peer = await server.meet();
  });

  it.each(cases)('$name', async ({ send, back, chop }) => {
    await peer.write(maskFrames(Buffer.concat(send)), chop);
    expect(plain(await peer.take(back.length))).toEqual(wanted(back));
  });

  it('ends well', async () => {
    await peer.write(maskFrames(goodbye));
    expect(plain(await peer.rest())).toEqual(wanted([[CLOSE, closePayload(1000)]]));
  });
});

describe('a scripted server echoes large messages', () => {
  const size = 4 * 1024 * 1024;

  it('of 4 MiB, whole, in fragments, and in small writes', async () => {
    const peer = await server.meet();
    const payload = bytes(size);
    const isSame = async (): Promise<void> => {
      const [frame] = await peer.take(1);
      expect([frame?.first, frame?.payload.length]).toEqual([BINARY, size]);
      expect(Buffer.compare(frame!.payload, payload)).toBe(0);
    };
    await peer.write(maskFrames(wireFrame(BINARY, payload)));
    await isSame();
    const parts = Array.from({ length: size / 4096 }, (_, i) => payload.subarray(i * 4096, (i + 1) * 4096));
    await peer.write(maskFrames(Buffer.concat(fragments(2, ...parts))));
    await isSame();
    await peer.write(maskFrames(wireFrame(BINARY, payload)), 1448);
    await isSame();
    await peer.write(maskFrames(goodbye));
    await peer.rest();
  });

  it('and answers a thousand pings in one segment, in order', async () => {
    const peer = await server.meet();
    const pings = Array.from({ length: 1000 }, (_, i) => wireFrame(PING, String(i)));
    await peer.write(maskFrames(Buffer.concat(pings)));
    const frames = await peer.take(1000);
    expect(frames.every(({ first }) => first === PONG)).toBe(true);
    expect(frames.map(({ payload }) => Number(payload))).toEqual(pings.map((_, i) => i));
    await peer.write(maskFrames(goodbye));
    await peer.rest();
  });
});

describe('a scripted server compresses', () => {
  const TAIL = Buffer.from([0, 0, 0xff, 0xff]);
  const deflated = (payload: Buffer): Buffer => deflateRawSync(payload, { finishFlush: 2 }).subarray(0, -4);
  const inflated = (payload: Buffer): Buffer =>
    inflateRawSync(Buffer.concat([payload, TAIL]), { finishFlush: 2 });
  const payloads = [16, 1024, 65_536].map((length) => Buffer.alloc(length, '{"op":"tick","price":1.0} '));

  it.each([
    ['without context takeover', 'server_no_context_takeover; client_no_context_takeover'],
    ['with a small window', 'server_no_context_takeover; server_max_window_bits=9'],
  ])('%s', async (_, parameters) => {
    const peer = await server.meet('', `Sec-WebSocket-Extensions: permessage-deflate; ${parameters}`);
    expect(peer.head).toMatch(/^Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover/m);
    for (const payload of payloads) {
      await peer.write(maskFrames(wireFrame(0xc1, deflated(payload))));
      const [frame] = await peer.take(1);
      const compressed = payload.length >= 1024;
      expect(frame?.first).toBe(compressed ? 0xc1 : TEXT);
      expect(Buffer.compare(compressed ? inflated(frame!.payload) : frame!.payload, payload)).toBe(0);
    }
    await peer.write(maskFrames(goodbye));
    await peer.rest();
  });

  it('only where the client offers it', async () => {
    const peer = await server.meet();
    expect(peer.head).not.toMatch(/extensions/i);
    await peer.write(maskFrames(wireFrame(TEXT, payloads.at(-1))));
    expect(plain(await peer.take(1))).toEqual(wanted([[TEXT, payloads.at(-1)!]]));
    await peer.write(maskFrames(goodbye));
    await peer.rest();
  });
});

/** What standard error says of the client. */
const SENTENCES: Readonly<Record<number, RegExp>> = {
  [PROTOCOL_ERROR]: /broke the WebSocket protocol: .*\(RFC 6455, section \d/,
  [INVALID_DATA]: /\(RFC 6455, section (?:8\.1|5\.5\.1)\)/,
  [POLICY]: /131072 /,
  [TOO_BIG]: /./,
};

describe.each(FAILURES)('a scripted server fails %s', (_, cases) => {
  it.each(cases)('$name', async ({ send, back = [], code, chop, args = [], extension }) => {
    const peer = await server.meet(args[1], extension);
    // A rule answers a moment after a message came, and what follows in the same segment may fail the connection before.
    const isEchoed = back[0]?.[0] === TEXT;
    if (isEchoed) await peer.write(maskFrames(hello), chop);
    const echoed = isEchoed ? await peer.take(1) : [];
    await peer.write(maskFrames(Buffer.concat(isEchoed ? send.slice(1) : send)), chop);
    expect(plain([...echoed, ...(await peer.rest())])).toEqual(
      wanted([...back, [CLOSE, closePayload(code)]]),
    );
    if (extension === undefined && code !== TOO_BIG && code !== POLICY)
      await server.says(peer.port, SENTENCES[code]!);
  });
});

describe('a scripted server fails a client', () => {
  it('that does not mask its frames (RFC 6455, section 5.1)', async () => {
    const peer = await server.meet();
    await peer.write(hello);
    expect(plain(await peer.rest())).toEqual(wanted([[CLOSE, closePayload(PROTOCOL_ERROR)]]));
    await server.says(peer.port, /a frame of the client is not masked/);
  });

  it('and disturbs no other', async () => {
    const [good, bad] = [await server.meet(), await server.meet()];
    await good.write(maskFrames(hello));
    await bad.write(maskFrames(wireFrame(0xb1, 'x')));
    await bad.rest();
    await good.write(maskFrames(wireFrame(TEXT, 'again')));
    expect(plain(await good.take(2))).toEqual(
      wanted([
        [TEXT, 'Hello'],
        [TEXT, 'again'],
      ]),
    );
    await good.write(maskFrames(goodbye));
    await good.rest();
  });
});

describe('a close frame of a client', () => {
  it.each([
    ['without a code', Buffer.alloc(0)],
    ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999].map(
      (code) => [`with ${code}`, closePayload(code)] as const,
    ),
    ['with the longest reason', closePayload(1000, Buffer.alloc(123, 'x'))],
    ['with a reason of other letters', closePayload(1000, 'κόσμε')],
  ] as const)('is answered with the same: %s', async (_, payload) => {
    const peer = await server.meet();
    await peer.write(maskFrames(wireFrame(CLOSE, payload)));
    expect(plain(await peer.rest())).toEqual(wanted([[CLOSE, payload]]));
  });
});
