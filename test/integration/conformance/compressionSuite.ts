import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { wireFrame } from '../../support/wire.ts';
import { fragments, PING, PONG, TEXT } from './echoCases.ts';
import { leave } from './echoSuite.ts';
import type { Role } from './role.ts';

const TAIL = Buffer.from([0, 0, 0xff, 0xff]);
const deflated = (payload: Buffer): Buffer => deflateRawSync(payload, { finishFlush: 2 }).subarray(0, -4);
/** Messages that share a dictionary are inflated as one stream. */
const inflated = (...payloads: Buffer[]): Buffer =>
  inflateRawSync(Buffer.concat(payloads.flatMap((each) => [each, TAIL])), { finishFlush: 2 });

const TICKS = [16, 64, 256, 1024, 4096, 65_536, 131_072].map((length) =>
  Buffer.alloc(length, '{"op":"tick","price":1.0} '),
);
/** The same in every run, and not compressible. */
const NOISE = ((): Buffer => {
  let state = 7;
  return Buffer.from(
    Array.from({ length: 131_072 }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    }),
  );
})();

/** permessage-deflate (RFC 7692), as an endpoint that echoes must do it. */
export function compressionSuite(role: Role): void {
  const { own, peer } = role;
  const bothForget = `${peer}_no_context_takeover; ${own}_no_context_takeover`;

  describe('compression', () => {
    it.each([
      ['with no context taken over', bothForget],
      ['with small windows', `${bothForget}; ${own}_max_window_bits=9`],
    ])('%s, messages come back, compressed where that gains something', async (_, deflate) => {
      const endpoint = await role.meet({ deflate });
      for (const payload of TICKS) {
        await endpoint.write(wireFrame(0xc1, deflated(payload)));
        const [frame] = await endpoint.take(1);
        const compressed = payload.length >= 1024;
        expect(frame?.first).toBe(compressed ? 0xc1 : TEXT);
        expect(Buffer.compare(compressed ? inflated(frame!.payload) : frame!.payload, payload)).toBe(0);
      }
      await leave(role, endpoint);
    });

    it('a window of 512 bytes is kept to', async () => {
      const endpoint = await role.meet({ deflate: `${bothForget}; ${own}_max_window_bits=9` });
      // The repetition lies further back than the window, so only a larger window would find it.
      const twice = Buffer.concat([NOISE.subarray(0, 2048), NOISE.subarray(0, 2048)]);
      await endpoint.write(wireFrame(0xc2, deflated(twice)));
      const [frame] = await endpoint.take(1);
      expect(frame!.payload.length).toBeGreaterThan(4000);
      expect(
        Buffer.compare(
          inflateRawSync(Buffer.concat([frame!.payload, TAIL]), { finishFlush: 2, windowBits: 9 }),
          twice,
        ),
      ).toBe(0);
      await leave(role, endpoint);
    });

    it('in fragments of any size, with pings between, and without compression in turn', async () => {
      const endpoint = await role.meet({ deflate: `${peer}_no_context_takeover` });
      const payload = TICKS.at(-1)!;
      const packed = deflated(payload);
      const parts = fragments(
        0x41,
        ...Array.from({ length: Math.ceil(packed.length / 7) }, (_, i) =>
          packed.subarray(i * 7, (i + 1) * 7),
        ),
      );
      await endpoint.write(
        Buffer.concat([parts[0]!, wireFrame(PING, 'p'), ...parts.slice(1), wireFrame(TEXT, 'plain')]),
      );
      const [pong, first, second] = await endpoint.take(3);
      expect([pong?.first, first?.first, second?.first]).toEqual([PONG, 0xc1, 0xc1]);
      const both = inflated(first!.payload, second!.payload);
      expect(Buffer.compare(both, Buffer.concat([payload, Buffer.from('plain')]))).toBe(0);
      await leave(role, endpoint);
    });

    it('a message that is empty, and large ones that do not shrink', async () => {
      const endpoint = await role.meet({ deflate: `${peer}_no_context_takeover` });
      const sent = [NOISE.subarray(0, 5000), NOISE];
      await endpoint.write(
        Buffer.concat([
          wireFrame(0xc1, Buffer.from([0])),
          ...sent.map((noise) => wireFrame(0xc2, deflated(noise))),
        ]),
      );
      const frames = await endpoint.take(3);
      expect(frames.map(({ first }) => first)).toEqual([0xc1, 0xc2, 0xc2]);
      const all = inflated(...frames.map(({ payload }) => payload));
      expect(Buffer.compare(all, Buffer.concat(sent))).toBe(0);
      await leave(role, endpoint);
    });

    it('a dictionary is kept from message to message in both directions', async () => {
      const endpoint = await role.meet({ deflate: '' });
      const noise = NOISE.subarray(0, 5000);
      const [first, second] = twoOfOneStream(noise);
      await endpoint.write(Buffer.concat([wireFrame(0xc2, first), wireFrame(0xc2, second)]));
      const frames = await endpoint.take(2);
      expect(frames.map(({ first }) => first)).toEqual([0xc2, 0xc2]);
      expect(frames[1]!.payload.length).toBeLessThan(200);
      const both = inflated(...frames.map(({ payload }) => payload));
      expect(Buffer.compare(both, Buffer.concat([noise, noise]))).toBe(0);
      await leave(role, endpoint);
    });
  });
}

/** The same message twice, compressed as one stream: the second is a reference to the first. */
function twoOfOneStream(payload: Buffer): [Buffer, Buffer] {
  const first = deflateRawSync(payload, { finishFlush: 2 });
  const second = deflateRawSync(payload, { finishFlush: 2, dictionary: payload });
  return [first.subarray(0, -4), second.subarray(0, -4)];
}
