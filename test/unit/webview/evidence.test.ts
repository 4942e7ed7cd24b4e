import { expect, it } from 'vitest';
import { evidenceBlocks, hexDump } from '../../../src/webview/doctor/evidence.ts';

it('draws sixteen bytes a row', () => {
  const rows = hexDump('41'.repeat(17)).split('\n');
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatch(/^00000000 {2}(41 ){8} (41 ){8} A{16}$/);
  expect(rows[1]).toMatch(/^00000010 {2}41 +A$/);
});

it('draws nothing without bytes, or for invalid digits', () => {
  expect(hexDump('')).toBe('');
  expect(hexDump('zz')).toBe('');
});

const ERROR = { code: 'handshake.status', message: 'Refused.' };

it('has no blocks without an answer', () => {
  expect(evidenceBlocks(ERROR)).toEqual([]);
  expect(evidenceBlocks({ ...ERROR, headers: [], body: '', firstBytes: '' })).toEqual([]);
});

it('has headers, body and first bytes as blocks of text', () => {
  const headers = [
    ['Server', 'x'],
    ['Server', 'y'],
  ] as const;
  expect(evidenceBlocks({ ...ERROR, headers, body: 'é', firstBytes: '0001ff' })).toEqual([
    { title: '2 headers', text: 'Server: x\nServer: y' },
    { title: 'Body, 2 B', text: 'é' },
    { title: 'First 3 bytes', text: hexDump('0001ff') },
  ]);
});

it('counts one header as one', () => {
  expect(evidenceBlocks({ ...ERROR, headers: [['a', 'b']] })[0]?.title).toBe('1 header');
});
