import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameScanner } from '../../../../src/core/frames/frameScanner.ts';
import type { FrameSink } from '../../../../src/core/frames/frameScanner.ts';

type Told = [first: number, headerLength: number, length: number, mask: number | undefined] | 'end';

/** Records the callbacks of a scanner. */
function listening(): FrameSink & { readonly told: Told[] } {
  const told: Told[] = [];
  return {
    told,
    onHeader: (...header) => told.push(header),
    onEnd: () => told.push('end'),
  };
}

function scan(...chunks: (readonly number[])[]): Told[] {
  const sink = listening();
  const scanner = new FrameScanner(0, sink);
  for (const chunk of chunks) scanner.push(Uint8Array.from(chunk));
  return sink.told;
}

/** Bytes of a payload whose content is of no interest: they look like headers, so that a slip shows. */
const filler = (length: number): number[] => new Array<number>(length).fill(0x81);

/** A frame as RFC 6455, section 5.2 lays it out, with the shortest length field. */
function wire(first: number, length: number, mask?: readonly number[]): number[] {
  const masked = mask ? 0x80 : 0;
  const head =
    length < 126
      ? [masked | length]
      : length < 65_536
        ? [masked | 126, length >> 8, length & 255]
        : [masked | 127, 0, 0, 0, 0, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255];
  return [first, ...head, ...(mask ?? []), ...filler(length)];
}

describe('a header', () => {
  it.each<[string, number[], Told]>([
    ['RFC 6455, section 5.7: “Hello”, unmasked', [0x81, 0x05, ...filler(5)], [0x81, 2, 5, undefined]],
    ['the same, masked', [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, ...filler(5)], [0x81, 6, 5, 0x37fa213d]],
    ['a masking key with its highest bit set', [0x82, 0x80, 0xff, 0, 0, 1], [0x82, 6, 0, 0xff000001]],
    ['an empty message', [0x82, 0x00], [0x82, 2, 0, undefined]],
    ['the longest of 7 bits', wire(0x82, 125), [0x82, 2, 125, undefined]],
    ['the shortest of 16 bits', wire(0x82, 126), [0x82, 4, 126, undefined]],
    ['256 bytes, as in the RFC', [0x82, 0x7e, 0x01, 0x00, ...filler(256)], [0x82, 4, 256, undefined]],
    ['the longest of 16 bits', wire(0x82, 65_535), [0x82, 4, 65_535, undefined]],
    ['the shortest of 64 bits', wire(0x82, 65_536), [0x82, 10, 65_536, undefined]],
    ['64 bits and a mask', wire(0x82, 65_536, [1, 2, 3, 4]), [0x82, 14, 65_536, 0x01020304]],
    ['all reserved bits and an unknown opcode', [0xff, 0x00], [0xff, 2, 0, undefined]],
    ['a ping', [0x89, 0x01, 0x81], [0x89, 2, 1, undefined]],
    ['a length that is written longer than it need be', [0x82, 0x7e, 0, 1, 7], [0x82, 4, 1, undefined]],
  ])('is read: %s', (_, bytes, expected) => {
    expect(scan(bytes)).toEqual([expected, 'end']);
    // The frame behind it is found where it begins.
    expect(scan([...bytes, 0x8a, 0x00])).toEqual([expected, 'end', [0x8a, 2, 0, undefined], 'end']);
  });

  it('is read byte by byte, and reported with its last one', () => {
    const header = [0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 9, 8, 7, 6];
    for (let bytes = 0; bytes < header.length; bytes++)
      expect(scan(...header.slice(0, bytes).map((byte) => [byte]))).toEqual([]);
    expect(scan(...header.map((byte) => [byte]))).toEqual([[0x82, 14, 65_536, 0x09080706]]);
  });

  it('has lengths of 64 bits, exact up to 2^53 and rounded above', () => {
    expect(scan([0x82, 127, 0, 0, 0, 0, 0x40, 0, 0, 0])).toEqual([[0x82, 10, 2 ** 30, undefined]]);
    expect(scan([0x82, 127, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff])).toEqual([
      [0x82, 10, 2 ** 33 - 1, undefined],
    ]);
    const most = [0x82, 127, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    expect(scan(most)).toEqual([[0x82, 10, Number.MAX_SAFE_INTEGER, undefined]]);
    expect(scan([0x82, 127, ...new Array<number>(8).fill(0xff)])).toEqual([[0x82, 10, 2 ** 64, undefined]]);
  });
});

describe('a payload', () => {
  it('ends with its last byte, however the chunks are split', () => {
    const [first, ...rest] = wire(0x82, 3);
    expect(scan([first!, ...rest.slice(0, -1)])).toHaveLength(1);
    expect(scan([first!, ...rest.slice(0, -1)], [], [0])).toEqual([[0x82, 2, 3, undefined], 'end']);
  });

  it('is counted and not kept, even if it is larger than memory', () => {
    const scanner = new FrameScanner();
    scanner.push(Uint8Array.from([0x82, 127, 0, 0, 0, 1, 0, 0, 0, 0]));
    const chunk = new Uint8Array(1 << 20);
    for (let i = 0; i < 4095; i++) scanner.push(chunk);
    expect(scanner.unfinished).toEqual({ received: 4095 * 2 ** 20, size: 2 ** 32, compressed: false });
    scanner.push(chunk);
    expect(scanner.unfinished).toBeUndefined();
  });
});

describe('any stream in any chunks', () => {
  const frames = fc.array(
    fc.record({
      first: fc.constantFrom(0x81, 0x82, 0x01, 0x02, 0x00, 0x80, 0x89, 0x8a, 0xc1, 0x88),
      length: fc.oneof(
        { weight: 20, arbitrary: fc.nat(200) },
        { weight: 5, arbitrary: fc.constantFrom(0, 125, 126) },
        { weight: 1, arbitrary: fc.constantFrom(65_535, 65_536) },
      ),
      mask: fc.option(fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)), { nil: undefined }),
    }),
    { maxLength: 12 },
  );

  it('reports the written frames, and ends the same with and without a listener', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 4000 })), fc.nat(20), (given, cuts, missing) => {
        const bytes = Uint8Array.from(given.flatMap(({ first, length, mask }) => wire(first, length, mask)));
        const sent = bytes.subarray(0, Math.max(0, bytes.length - missing));
        const sink = listening();
        const [loud, quiet] = [new FrameScanner(0, sink), new FrameScanner()];
        for (let at = 0, i = 0; at < sent.length; i++) {
          const next = at + (cuts[i % Math.max(1, cuts.length)] ?? 5000);
          loud.push(sent.subarray(at, next));
          quiet.push(sent.subarray(at, next));
          at = next;
        }
        expect(quiet.unfinished).toEqual(loud.unfinished);
        const expected: Told[] = [];
        let at = 0;
        for (const { first, length, mask } of given) {
          const whole = wire(first, length, mask).length;
          const [a = 0, b = 0, c = 0, d = 0] = mask ?? [];
          const key = mask && ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
          if (at + whole - length <= sent.length) expected.push([first, whole - length, length, key]);
          if (at + whole <= sent.length) expected.push('end');
          at += whole;
        }
        expect(sink.told).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });
});

describe('an unfinished message', () => {
  const rest = (...bytes: number[]): unknown => {
    const scanner = new FrameScanner();
    scanner.push(Uint8Array.from(bytes));
    return scanner.unfinished;
  };

  it('is reported only within a message', () => {
    expect(rest()).toBeUndefined();
    expect(rest(...wire(0x81, 4))).toBeUndefined();
    expect(rest(...wire(0x01, 4), ...wire(0x80, 2))).toBeUndefined();
    expect(rest(0x81)).toBeUndefined();
  });

  it('has the received bytes of its frame', () => {
    expect(rest(0x82, 5, 1, 2)).toEqual({ received: 2, size: 5, compressed: false });
    expect(rest(0x82, 5)).toEqual({ received: 0, size: 5, compressed: false });
    expect(rest(...wire(0x81, 9), 0xc1, 5, 1)).toEqual({ received: 1, size: 5, compressed: true });
  });

  it('has the total size of its fragments once the last has started', () => {
    expect(rest(0x02, 5, 1, 2)).toEqual({ received: 2, size: undefined, compressed: false });
    expect(rest(...wire(0x42, 5))).toEqual({ received: 5, size: undefined, compressed: true });
    expect(rest(...wire(0x02, 5), ...wire(0x00, 7), 0x80, 9, 1)).toEqual({
      received: 13,
      size: 21,
      compressed: false,
    });
  });

  it('is reported during a ping between its fragments, but not for a ping alone', () => {
    expect(rest(...wire(0x02, 5), 0x89, 4, 1)).toEqual({ received: 5, size: undefined, compressed: false });
    expect(rest(0x89, 4, 1)).toBeUndefined();
  });
});

describe('a size limit', () => {
  const oversize = (limit: number, ...bytes: number[]): unknown => {
    const scanner = new FrameScanner(limit);
    scanner.push(Uint8Array.from(bytes));
    return scanner.oversize;
  };

  it('allows a message of exactly that size, and control frames', () => {
    expect(
      oversize(5, ...wire(0x82, 5), ...wire(0x02, 3), ...wire(0x80, 2), ...wire(0x89, 9)),
    ).toBeUndefined();
    expect(oversize(0, 0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0)).toBeUndefined();
  });

  it('reports the size of the first larger message, even if it is complete and among others', () => {
    const small = wire(0x81, 3);
    expect(oversize(5, ...small, ...wire(0x82, 6), ...small, ...wire(0x82, 7))).toEqual({
      size: 6,
      whole: true,
    });
    expect(oversize(5, ...small, ...wire(0x82, 300), ...small)).toEqual({ size: 300, whole: true });
  });

  it('reports the known size of fragments', () => {
    expect(oversize(5, ...wire(0x02, 4), ...wire(0x00, 2), ...wire(0x80, 2))).toEqual({
      size: 6,
      whole: false,
    });
    expect(oversize(5, ...wire(0x02, 4), ...wire(0x80, 2))).toEqual({ size: 6, whole: true });
  });
});

describe('the rules of a client', () => {
  const rules = { sender: 'client', compression: false } as const;

  it.each([1, 3, 100])(
    'find an unmasked text frame in chunks of %i bytes, with and without a listener',
    (size) => {
      const scanner = new FrameScanner(0, undefined, rules);
      const stream = Uint8Array.from([0x81, 0x81, 0, 0, 0, 0, 0x61, 0x81, 0x02, 0x68, 0x69, 0x82, 0x00]);
      for (let at = 0; at < stream.length; at += size) scanner.push(stream.subarray(at, at + size));
      expect(scanner.fault).toMatchObject({
        what: 'a frame of the client is not masked',
        where: 'RFC 6455, section 5.1',
        head: [0x81, 0x02],
        after: 1,
        lastGood: 'text frame of 1 bytes',
      });
    },
  );
});
