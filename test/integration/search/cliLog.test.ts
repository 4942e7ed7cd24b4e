import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Appender } from '../../../src/recording/write/appender.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { appendRows, manifest } from '../../support/recordings.ts';
import type { TestRow } from '../../support/recordings.ts';
import { duplex, jsonLines } from '../cliProcess.ts';

async function recordingOf(rows: readonly TestRow[]): Promise<string> {
  const folder = join(await temporaryFolder(), 'recording');
  const appender = Appender.create(folder, manifest());
  appendRows(appender, rows);
  appender.close();
  return folder;
}

const open = '{"status":101,"protocol":"","extensions":"","headers":[]}';
const rows: TestRow[] = [
  { payload: open, kind: 'open', direction: 'none' },
  { payload: '{"type":"tick","n":1}' },
  { payload: '{"type":"ask"}', direction: 'out' },
  { payload: new Uint8Array([1, 2, 3]), kind: 'binary' },
  { payload: 'PING', kind: 'ping' },
  { payload: '{"type":"tick","n":12345678901234567890}' },
];

/** The row numbers that `duplex log` prints. */
async function printed(folder: string, ...args: string[]): Promise<number[]> {
  const { status, stdout, stderr } = await duplex(['log', folder, '--json', ...args]);
  expect([status, stderr]).toEqual([0, '']);
  return jsonLines(stdout).map((line) => line.seq);
}

describe('duplex log', () => {
  it('prints only the rows that a filter and a search let through', async () => {
    const folder = await recordingOf(rows);
    expect(await printed(folder, '--filter', 'in text')).toEqual([1, 5]);
    expect(await printed(folder, '--filter', 'size<=4')).toEqual([3, 4]);
    expect(await printed(folder, '--search', 'tick')).toEqual([1, 5]);
    expect(await printed(folder, '--search', 'ping')).toEqual([]);
    expect(await printed(folder, '--search', 'ping', '-i')).toEqual([4]);
    expect(await printed(folder, '--search', '/"n":\\d{2}/')).toEqual([5]);
    expect(await printed(folder, '--search', '$.n')).toEqual([1, 5]);
    expect(await printed(folder, '--search', '$[?$.type == "ask"]', '--filter', 'out')).toEqual([2]);
    expect(await printed(folder, '--search', 'tick', '--range', '2..')).toEqual([5]);
    expect(await printed(folder, '--search', 'tick', '--range', '..4')).toEqual([1]);
  });

  it('searches in decoded messages', async () => {
    const packed = Uint8Array.of(
      0x82,
      0xa1,
      0x61,
      0x01,
      0xa4,
      0x6e,
      0x61,
      0x6d,
      0x65,
      0xa3,
      0x42,
      0x6f,
      0x62,
    );
    const chat = await recordingOf([
      { payload: open, kind: 'open', direction: 'none' },
      { payload: '42["chat",{"text":"hi","n":7}]' },
      { payload: '42["other",{"text":"ho"}]' },
      { payload: packed, kind: 'binary' },
    ]);
    const decoded = ['--decoded', '--protocol', 'socket.io'];
    expect(await printed(chat, '--search', '/^chat/')).toEqual([]);
    expect(await printed(chat, '--search', '/^chat/', ...decoded)).toEqual([1]);
    expect(await printed(chat, '--search', '$[0].text', ...decoded)).toEqual([1, 2]);
    expect(await printed(chat, '--search', '$[?@.text == "hi"]', ...decoded, '--units')).toEqual([1]);
    expect(await printed(chat, '--search', '42[', ...decoded)).toEqual([]);
    expect(await printed(chat, '--search', '$.name', '--decoded', '--protocol', 'none')).toEqual([3]);
    expect(await printed(chat, '--search', '"name":"bob"', '-i', '--decoded', '--protocol', 'none')).toEqual([
      3,
    ]);
    expect(await printed(chat, '--search', 'h', ...decoded, '--filter', 'type=event name=other')).toEqual([
      2,
    ]);
    const { status, stderr } = await duplex(['log', chat, '--decoded']);
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining('--decoded says where to search: add --search TEXT.'),
    ]);
  });

  it('prints them as it prints all of them: numbers are those of the wire', async () => {
    const folder = await recordingOf(rows);
    const all = await duplex(['log', folder, '--json']);
    const found = await duplex(['log', folder, '--json', '--search', '$.n']);
    expect(found.stdout).toBe([all.stdout.split('\n')[1], all.stdout.split('\n')[5], ''].join('\n'));
    expect(found.stdout).toContain('12345678901234567890');
  });

  it('prints many hits, near and far, in order', async () => {
    const many = Array.from({ length: 50_000 }, (_, i) => ({
      payload: i % 3 === 0 || i % 1000 < 50 ? `hit ${i}` : `no ${'x'.repeat(i % 70)}`,
    }));
    const folder = await recordingOf(many);
    const expected = many.flatMap(({ payload }, i) => (payload.startsWith('hit') ? [i] : []));
    expect(await printed(folder, '--search', 'hit')).toEqual(expected);
  });

  it('refuses an invalid search, with the place and the remedy', async () => {
    const folder = await recordingOf(rows);
    const refused = async (...args: string[]): Promise<string> => {
      const { status, stdout, stderr } = await duplex(['log', folder, ...args]);
      expect([status, stdout]).toEqual([2, '']);
      return stderr;
    };
    expect(await refused('--filter', 'in tekst')).toMatch(/^duplex: “tekst” at character 4 of the filter/);
    expect(await refused('--search', '/a(/')).toMatch(
      /^duplex: The regular expression is not valid at character 2/,
    );
    expect(await refused('--search', '$.a[')).toMatch(/^duplex: The JSONPath is not valid at its end/);
    expect(await refused('--search', '')).toMatch(/^duplex: The search is empty/);
  });

  it('ends a pattern that does not end, and names the row', async () => {
    const folder = await recordingOf([{ payload: 'aa' }, { payload: `${'a'.repeat(50)}!` }]);
    const { status, stderr } = await duplex(['log', folder, '--search', '/^(a+)+$/']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^duplex: The pattern takes too long: the search got stuck at row 1\./);
  });
});
