import { expect, test } from 'vitest';
import { byteCount } from '../../../src/shared/byteCount.ts';

test.each([
  [0, '0 B'],
  [98, '98 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1536, '1.5 KiB'],
  [10_240, '10 KiB'],
  [1_048_064, '1.0 MiB'],
  [1_047_000, '1022 KiB'],
  [123_731_968, '118 MiB'],
  [2 ** 30, '1.0 GiB'],
  [2 ** 50, '1024 TiB'],
])('%d bytes are written as %s', (bytes, text) => {
  expect(byteCount(bytes)).toBe(text);
});
