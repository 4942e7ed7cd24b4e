import fc from 'fast-check';
import { expect, test } from 'vitest';
import { base64Pieces, utf8Pieces } from '../../../src/recording/read/jsonLine.ts';

const PIECE = 3 * 1024 * 1024;

test.each([
  ['a two-byte', 'é', 1],
  ['a three-byte', '€', 1],
  ['a three-byte', '€', 2],
  ['a four-byte', '😀', 1],
  ['a four-byte', '😀', 2],
  ['a four-byte', '😀', 3],
])('%s character is never cut in two', (_name, character, bytesBeforeCut) => {
  const text = `${'a'.repeat(PIECE - bytesBeforeCut)}${character}b`;
  const pieces = [...utf8Pieces(Buffer.from(text))];
  expect(pieces.length).toBe(2);
  expect(pieces[1]).toBe(`${character}b`);
  expect(pieces.join('') === text).toBe(true);
});

test('an empty payload has no pieces', () => {
  expect([...utf8Pieces(new Uint8Array(0)), ...base64Pieces(new Uint8Array(0))]).toEqual([]);
});

test('small payloads are read back with any content', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.uint8Array(), (text, bytes) => {
      expect([...utf8Pieces(Buffer.from(text))].join('')).toBe(text);
      expect(Buffer.from([...base64Pieces(bytes)].join(''), 'base64')).toEqual(Buffer.from(bytes));
    }),
  );
});

test('only the view is read, not the buffer behind it', () => {
  const view = Buffer.from('abcdef').subarray(2, 4);
  expect([...utf8Pieces(view)]).toEqual(['cd']);
  expect([...base64Pieces(view)]).toEqual([Buffer.from('cd').toString('base64')]);
});
