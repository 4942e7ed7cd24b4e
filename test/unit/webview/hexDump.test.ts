import { expect, it } from 'vitest';
import { hexDump } from '../../../src/webview/text/hexDump.ts';

it('draws sixteen bytes a row', () => {
  const rows = hexDump('41'.repeat(17)).split('\n');
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatch(/^00000000 {2}(41 ){8} (41 ){8} A{16}$/);
  expect(rows[1]).toMatch(/^00000010 {2}41 +A$/);
});

it('draws nothing of nothing, or of what is no digits', () => {
  expect(hexDump('')).toBe('');
  expect(hexDump('zz')).toBe('');
});
