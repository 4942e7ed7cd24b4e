import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findInvalidUtf8, sequenceLength } from '../../../../src/core/format/utf8.ts';
import { MiB } from '../../../../src/shared/limits.ts';
import { finish, utf8 } from './helpers.ts';

const invalidAt = (bytes: Uint8Array): number | undefined => finish(findInvalidUtf8(bytes));

function decodes(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

describe('findInvalidUtf8', () => {
  it('finds no error in the output of an encoder', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => invalidAt(utf8(text)) === undefined));
  });

  it.each([
    ['a lone continuation byte', [0x61, 0x80], 1],
    ['a sequence that is cut off', [0x61, 0xe2, 0x82], 1],
    ['an overlong slash', [0xc0, 0xaf], 0],
    ['an overlong sequence of three', [0xe0, 0x9f, 0xbf], 0],
    ['an overlong sequence of four', [0xf0, 0x8f, 0xbf, 0xbf], 0],
    ['a surrogate', [0x61, 0x62, 0xed, 0xa0, 0x80], 2],
    ['what is beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80], 0],
    ['a byte that never occurs', [0x61, 0xff], 1],
  ])('finds %s', (_name, bytes, at) => {
    expect(invalidAt(Uint8Array.from(bytes))).toBe(at);
  });

  it('agrees with a decoder on any bytes', () => {
    const byte = fc.constantFrom(
      0x41,
      0x80,
      0x8f,
      0x90,
      0x9f,
      0xa0,
      0xbf,
      0xc1,
      0xc2,
      0xe0,
      0xe2,
      0xed,
      0xef,
      0xf0,
      0xf3,
      0xf4,
      0xf5,
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 8 }), fc.array(byte, { maxLength: 8 }), (any, likely) => {
        for (const bytes of [any, Uint8Array.from(likely)]) {
          expect(invalidAt(bytes) === undefined).toBe(decodes(bytes));
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('sees characters across the edges of slices', () => {
    for (let shift = 0; shift < 4; shift++) {
      const text = 'x'.repeat(MiB - shift) + '😀'.repeat(3);
      expect(invalidAt(utf8(text))).toBeUndefined();
      expect(invalidAt(utf8(text).subarray(0, -1))).toBe(MiB - shift + 8);
    }
  });
});

describe('sequenceLength', () => {
  it('is the length of a valid character', () => {
    for (const character of ['a', 'é', '€', '😀']) {
      expect(sequenceLength(utf8(character + 'x'), 0)).toBe(utf8(character).length);
    }
  });

  it('is the existing part of a broken one', () => {
    expect(sequenceLength(Uint8Array.of(0xf0, 0x9f, 0x41), 0)).toBe(2);
    expect(sequenceLength(Uint8Array.of(0xf0), 0)).toBe(1);
    expect(sequenceLength(Uint8Array.of(0x80, 0x80), 0)).toBe(1);
  });
});
