import { expect, test } from 'vitest';
import { byteCount } from '../../../src/shared/byteCount.ts';

test.each([
  [0, '0 B'],
  [98, '98 B'],
  [1023, '1023 B'],
  [1024, '1.0 KB'],
  [1536, '1.5 KB'],
  [10_240, '10 KB'],
  [1_048_064, '1.0 MB'],
  [1_047_000, '1022 KB'],
  [123_731_968, '118 MB'],
  [2 ** 30, '1.0 GB'],
  [2 ** 50, '1024 TB'],
])('%d bytes are written as %s', (bytes, text) => {
  expect(byteCount(bytes)).toBe(text);
});
