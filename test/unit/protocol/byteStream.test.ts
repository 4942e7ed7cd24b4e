import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_DECODED_BYTES, MAX_UNITS } from '../../../src/core/protocol/limits.ts';
import { ByteStream, type StreamFormat } from '../../../src/core/protocol/stream/byteStream.ts';
import { payloadAt } from '../../../src/core/protocol/unit.ts';

/** Packets of a length in four bytes and as many bytes of content; 0xff begins none. */
function format(asked: number[] = []): StreamFormat {
  return {
    measure(bytes, start, seen) {
      asked.push(seen);
      if (bytes[start] === 0xff) return { code: 'decode.binary', message: 'Not a packet.', at: start };
      if (bytes.length - start < 4) return { needs: 4 };
      const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(start);
      const end = start + 4 + length;
      return end > bytes.length ? { needs: end - start } : { end };
    },
    read(bytes, start, end) {
      const payload = payloadAt('bytes', bytes, { start: start + 4, end });
      return { units: [{ type: 'event', name: 'packet', range: { start, end }, payload }], problems: [] };
    },
  };
}

const packet = (content: Uint8Array | readonly number[]): number[] => {
  const { length } = content;
  return [length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255, ...content];
};

const bytes = (...parts: readonly (readonly number[])[]) => Uint8Array.from(parts.flat());

describe('a stream of bytes', () => {
  it('gives the same packets for any boundaries of messages, with a checkpoint at each boundary', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 6 }),
        fc.array(fc.nat(40), { maxLength: 12 }),
        (contents, sizes) => {
          const all = Uint8Array.from(contents.flatMap((content) => packet(content)));
          let stream = new ByteStream(format());
          const found: number[][] = [];
          const take = (message: Uint8Array): void => {
            // The message is a view that others write into afterwards.
            const view = message.slice();
            const { units, problems } = stream.push(view);
            expect(problems).toEqual([]);
            for (const { payload, range } of units) {
              found.push([...payload!.read()]);
              expect(range.start).toBeGreaterThanOrEqual(0);
              expect(range.end).toBeLessThanOrEqual(message.length);
              if (payload!.range)
                expect(message.subarray(payload!.range.start, payload!.range.end)).toEqual(payload!.read());
            }
            view.fill(0xee);
            stream = new ByteStream(format(), stream.checkpoint());
          };
          let at = 0;
          for (const size of sizes) {
            take(all.subarray(at, at + size));
            at += size;
          }
          take(all.subarray(Math.min(at, all.length)));
          expect(found).toEqual(contents.map((content) => [...content]));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('places a packet that began before in the message that completes it', () => {
    const stream = new ByteStream(format());
    const whole = packet([1, 2, 3]);
    expect(stream.push(bytes(whole.slice(0, 5)))).toEqual({ units: [], problems: [] });
    const { units } = stream.push(bytes(whole.slice(5), packet([9])));
    expect(units.map(({ range }) => range)).toEqual([
      { start: 0, end: 2 },
      { start: 2, end: 7 },
    ]);
    expect(units.map(({ payload }) => payload?.range)).toEqual([undefined, { start: 6, end: 7 }]);
  });

  it('tries again only after enough bytes, and returns the examined ones', () => {
    const asked: number[] = [];
    const stream = new ByteStream(format(asked));
    stream.push(bytes([0, 0, 0, 8]));
    for (let n = 0; n < 7; n++) stream.push(bytes([n]));
    expect(asked).toEqual([0]);
    expect(stream.push(bytes([7])).units).toHaveLength(1);
    expect(asked).toEqual([0, 11]);
  });

  it('expects a packet at the start of the next message after one without a packet', () => {
    const stream = new ByteStream(format());
    const broken = stream.push(bytes(packet([1]), [0xff, 1, 2]));
    expect(broken.units).toHaveLength(1);
    expect(broken.problems).toEqual([{ code: 'decode.binary', message: 'Not a packet.', at: 5 }]);
    expect(stream.push(bytes(packet([2]))).units).toHaveLength(1);
  });

  it('names the limit of a packet by its length, and continues after it', () => {
    const stream = new ByteStream(format());
    const length = MAX_DECODED_BYTES + 1;
    const { problems } = stream.push(bytes(packet([1]), [length >>> 24, (length >> 16) & 255, 0, 1]));
    expect(problems).toMatchObject([{ code: 'decode.limit', at: 5 }]);
    expect(problems[0]?.message).toContain(String(MAX_DECODED_BYTES));
    const resumed = new ByteStream(format(), stream.checkpoint());
    const half = new Uint8Array(MAX_DECODED_BYTES / 2);
    expect(resumed.push(half)).toEqual({ units: [], problems: [] });
    expect(resumed.push(half)).toEqual({ units: [], problems: [] });
    expect(resumed.push(bytes([7], packet([5]))).units).toMatchObject([{ range: { start: 1, end: 6 } }]);
  });

  it('names the limit of held bytes, of a message, and of units', () => {
    const stream = new ByteStream(format());
    const size = MAX_DECODED_BYTES - 4;
    stream.push(bytes([0, size >> 16, (size >> 8) & 255, size & 255]));
    expect(stream.push(new Uint8Array(1)).problems).toEqual([]);
    expect(stream.checkpoint()).toBeDefined();
    stream.push(new Uint8Array(5000));
    expect(stream.checkpoint()).toBeUndefined();
    expect(stream.push(new Uint8Array(size)).problems).toMatchObject([{ code: 'decode.limit', at: 0 }]);
    expect(stream.push(new Uint8Array(MAX_DECODED_BYTES + 1)).problems).toMatchObject([
      { code: 'decode.limit' },
    ]);
    const { units, problems } = stream.push(new Uint8Array(4 * (MAX_UNITS + 2)));
    expect(units).toHaveLength(MAX_UNITS);
    expect(problems).toMatchObject([{ code: 'decode.limit', at: 4 * MAX_UNITS }]);
  });

  it('reads a long packet in a hundred thousand messages within a second or two', () => {
    const stream = new ByteStream(format());
    const pieces = 100_000;
    const length = pieces * 10;
    stream.push(bytes([0, (length >> 16) & 255, (length >> 8) & 255, length & 255]));
    const piece = new Uint8Array(10);
    let found = 0;
    const start = performance.now();
    for (let n = 0; n < pieces; n++) found += stream.push(piece).units.length;
    expect(found).toBe(1);
    // Copied for each message, it would be 50 gigabytes.
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
