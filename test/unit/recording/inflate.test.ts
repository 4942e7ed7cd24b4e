import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compressionOf, MAX_INFLATED_BYTES } from '../../../src/core/codec/compression.ts';
import { inflate } from '../../../src/recording/read/inflate.ts';

const DEFLATERS = {
  gzip: gzipSync,
  zlib: deflateSync,
  deflate: deflateRawSync,
  // At its best it takes half a minute for a bomb.
  brotli: (bytes: Uint8Array) =>
    brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
} as const;

const formats = Object.keys(DEFLATERS) as (keyof typeof DEFLATERS)[];

describe.each(formats)('%s', (format) => {
  const deflate = (bytes: Uint8Array): Uint8Array => new Uint8Array(DEFLATERS[format](bytes));

  it('restores compressed data', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        const compressed = deflate(bytes);
        expect(inflate(format, compressed)).toEqual({ bytes, consumed: compressed.length });
      }),
      { numRuns: 60 },
    );
  });

  it('stops a bomb at its limit, and inflates up to it', () => {
    const most = new Uint8Array(MAX_INFLATED_BYTES);
    const read = inflate(format, deflate(most));
    expect('bytes' in read && read.bytes.length).toBe(MAX_INFLATED_BYTES);
    const bomb = deflate(new Uint8Array(MAX_INFLATED_BYTES + 1));
    expect(inflate(format, bomb)).toEqual({
      problem: `Data in ${format} of more than ${MAX_INFLATED_BYTES} bytes is not inflated.`,
      at: bomb.length,
      isLimit: true,
    });
  });

  it('reports the problem of cut data, and never throws', () => {
    const compressed = deflate(new TextEncoder().encode('some text, some text, some more text'));
    const read = inflate(format, compressed.subarray(0, -2));
    expect('problem' in read && read.problem).toMatch(new RegExp(`^Not ${format}: .+\\.$`));
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.nat(),
        fc.integer({ min: 0, max: 255 }),
        (random, at, byte) => {
          const changed = Uint8Array.from(compressed);
          changed[at % changed.length] = byte;
          for (const bytes of [random, changed]) {
            const found = inflate(format, bytes);
            if ('problem' in found) expect(found.problem).toMatch(/^(Not|Data in) /);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('compressionOf', () => {
  it('recognises gzip and zlib by their first bytes', () => {
    const text = new TextEncoder().encode('text');
    expect([gzipSync(text), deflateSync(text), deflateSync(text, { level: 1 })].map(compressionOf)).toEqual([
      'gzip',
      'zlib',
      'zlib',
    ]);
    expect(
      [deflateRawSync(text), brotliCompressSync(text), text, new Uint8Array()].map(compressionOf),
    ).toEqual([undefined, undefined, undefined, undefined]);
  });
});
