import fc from 'fast-check';
import { expect, it } from 'vitest';
import { byteOfPlace, placeOfByte } from '../../../src/webview/text/bytePlaces.ts';

it('counts the UTF-8 bytes of each character', () => {
  const text = 'aé€😀z';
  expect([0, 1, 3, 6, 10, 11].map((byte) => placeOfByte(text, byte))).toEqual([0, 1, 2, 3, 5, 6]);
  expect([0, 1, 2, 3, 5, 6].map((place) => byteOfPlace(text, place))).toEqual([0, 1, 3, 6, 10, 11]);
});

it('counts each kind of line break as one place', () => {
  expect(placeOfByte('a\r\nb\nc\rd', 3)).toBe(2);
  expect(byteOfPlace('a\r\nb\nc\rd', 6)).toBe(7);
});

it('ends with the text, and moves from within a character behind it', () => {
  expect(placeOfByte('ab', 99)).toBe(2);
  expect(byteOfPlace('ab', 99)).toBe(2);
  expect(placeOfByte('', 1)).toBe(0);
  expect(placeOfByte('€x', 1)).toBe(1);
});

it('agrees with an encoder at every boundary of a text without CR', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (written, at) => {
      const text = written.replaceAll('\r', '');
      const characters = [...text];
      const head = characters.slice(0, at % (characters.length + 1)).join('');
      const bytes = new TextEncoder().encode(head).length;
      expect(placeOfByte(text, bytes)).toBe(head.length);
      expect(byteOfPlace(text, head.length)).toBe(bytes);
    }),
  );
});
