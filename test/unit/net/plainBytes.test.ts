import { expect, test } from 'vitest';
import { copyToSend, plainBytes } from '../../../src/net/plainBytes.ts';

test('a plain view shares the bytes of a Buffer, and its slice is a copy', () => {
  const buffer = Buffer.from('hello');
  const view = plainBytes(buffer);
  expect(Buffer.isBuffer(view)).toBe(false);
  const copy = view.slice();
  buffer[0] = 0x4a;
  expect(view[0]).toBe(0x4a);
  expect(Buffer.from(copy).toString()).toBe('hello');
});

test.each([0, 1, 100, 5000, 100_000])('a copy of %i bytes keeps them when the original changes', (length) => {
  const original = new Uint8Array(length).fill(7);
  const copy = copyToSend(original.subarray(0, length));
  original.fill(9);
  expect([...copy]).toEqual([...new Uint8Array(length).fill(7)]);
});

test('two short copies do not share bytes', () => {
  const first = copyToSend(Uint8Array.of(1, 2, 3));
  const second = copyToSend(Uint8Array.of(4, 5, 6));
  second.fill(0);
  expect([...first]).toEqual([1, 2, 3]);
});
