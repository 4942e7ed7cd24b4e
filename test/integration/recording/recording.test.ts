import fc from 'fast-check';
import {
  appendFileSync,
  existsSync,
  readFileSync,
  readdirSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Appender } from '../../../src/recording/write/appender.ts';
import { ROW_BYTES } from '../../../src/recording/layout.ts';
import { RecordingReader } from '../../../src/recording/read/reader.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { appendRows, manifest } from '../../support/recordings.ts';

async function recordingOf(rows: Parameters<typeof appendRows>[1], change = {}): Promise<string> {
  const folder = join(await temporaryFolder(), 'recording');
  const appender = Appender.create(folder, manifest(change));
  appendRows(appender, rows);
  appender.close();
  return folder;
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('a recording', () => {
  it('has the files of docs/recording-format.md and nothing else', async () => {
    const folder = await recordingOf([{ payload: 'ab' }, { payload: 'c' }]);
    expect(readdirSync(folder).sort()).toEqual(['index.bin', 'payload-0000.bin', 'session.json']);
    expect(statSync(join(folder, 'index.bin')).size).toBe(2 * ROW_BYTES);
    expect(readFileSync(join(folder, 'payload-0000.bin'), 'utf8')).toBe('abc');
    expect(JSON.parse(readFileSync(join(folder, 'session.json'), 'utf8'))).toEqual(manifest());
  });

  it('serves ranges of rows with their previews', async () => {
    const folder = await recordingOf([
      {
        payload: '{"status":101,"protocol":"v1","extensions":"","headers":[]}',
        kind: 'open',
        direction: 'none',
      },
      { payload: 'a\nb', time: 12 },
      { payload: new Uint8Array([0, 255]), kind: 'binary', direction: 'out', time: 13 },
      { payload: '{"code":4000,"reason":"done","clean":true}', kind: 'close' },
    ]);
    const reader = RecordingReader.open(folder);
    const rows = reader.rows(0, 100);
    expect(rows.map((row) => row.preview)).toEqual(['HTTP 101 · v1', 'a↵b', '00 ff', '4000 done']);
    expect(rows[2]).toMatchObject({ seq: 2, time: 13, kind: 'binary', direction: 'out', size: 2, stored: 2 });
    expect(reader.rows(3, 10).map((row) => row.seq)).toEqual([3]);
    expect(reader.rows(4, 10)).toEqual([]);
    reader.close();
  });

  it('previews large messages without reading them whole, among small ones', async () => {
    const large = 'x'.repeat(3_000_000);
    const folder = await recordingOf([{ payload: 'before' }, { payload: large }, { payload: 'after' }]);
    const reader = RecordingReader.open(folder);
    const previews = reader.rows(0, 3).map((row) => row.preview);
    expect(previews).toEqual(['before', 'x'.repeat(256), 'after']);
    reader.close();
  });

  it('returns payloads bit for bit, whole and in parts', async () => {
    const bytes = new Uint8Array(100_000).map((_, i) => (i * 7) % 256);
    const folder = await recordingOf([{ payload: 'x' }, { payload: bytes, kind: 'binary' }]);
    const reader = RecordingReader.open(folder);
    expect(Buffer.compare(reader.payload(1), bytes)).toBe(0);
    expect([...reader.payload(1, 99_998, 10)]).toEqual([...bytes.subarray(99_998)]);
    expect(reader.payload(1, 200_000).length).toBe(0);
    expect(() => reader.payload(2)).toThrow(/no row 2/);
    reader.close();
  });

  it('keeps pages small if they contain a large payload', async () => {
    const folder = await recordingOf([
      { payload: 'a' },
      { payload: new Uint8Array(5 * 1024 * 1024) },
      { payload: 'b' },
    ]);
    const reader = RecordingReader.open(folder);
    const sizes = (from: number): number[] => reader.page(from, 10).map(({ payload }) => payload.length);
    expect(sizes(0)).toEqual([1]);
    expect(sizes(1)).toEqual([5 * 1024 * 1024]);
    expect(sizes(2)).toEqual([1]);
    expect(sizes(3)).toEqual([]);
    reader.close();
  });

  it('continues a payload in the next segment, for any sizes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 32 }),
        async (payloads, segmentBytes) => {
          const folder = await recordingOf(
            payloads.map((payload) => ({ payload, kind: 'binary' as const })),
            { segmentBytes },
          );
          const reader = RecordingReader.open(folder);
          payloads.forEach((payload, seq) => expect(reader.payload(seq)).toEqual(payload));
          for (const file of readdirSync(folder).filter((name) => name.startsWith('payload')))
            expect(statSync(join(folder, file)).size).toBeLessThanOrEqual(segmentBytes);
          reader.close();
        },
      ),
      { numRuns: 40 },
    );
  });

  it('can be read while it grows', async () => {
    const folder = join(await temporaryFolder(), 'live');
    const appender = Appender.create(folder, manifest());
    const reader = RecordingReader.open(folder);
    expect(reader.extent().rows).toBe(0);
    appendRows(appender, [{ payload: 'first' }]);
    expect(reader.rows(0, 10).map((row) => row.preview)).toEqual(['first']);
    appendRows(appender, [{ payload: 'second' }]);
    expect(reader.rows(0, 10).map((row) => row.preview)).toEqual(['first', 'second']);
    reader.close();
    appender.close();
  });

  it.each(['session.json', 'payload-0000.bin', 'payload-0007.bin'])(
    'refuses a folder with a file named %s',
    async (name) => {
      const folder = await temporaryFolder();
      writeFileSync(join(folder, name), 'mine');
      writeFileSync(join(folder, 'other.txt'), 'mine');
      expect(() => Appender.create(folder, manifest())).toThrow(/exists already: choose a folder/);
      expect(readdirSync(folder).sort()).toEqual([name, 'other.txt'].sort());
      expect(readFileSync(join(folder, name), 'utf8')).toBe('mine');
    },
  );

  it('names a folder that cannot be created', async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    expect(() => Appender.create(join(folder, 'file', 'a', 'b'), manifest())).toThrow(
      /cannot be used \(ENOTDIR\)/,
    );
  });

  it('is never overwritten by another one', async () => {
    const folder = await recordingOf([{ payload: 'kept' }]);
    expect(() => Appender.create(folder, manifest())).toThrow(/exists already: choose a folder/);
    const reader = RecordingReader.open(folder);
    expect(text(reader.payload(0))).toBe('kept');
    reader.close();
  });
});

describe('a torn tail', () => {
  const rows = ['one', 'two', 'three'].map((payload) => ({ payload }));

  it.each([
    ['half a row', (folder: string) => appendFileSync(join(folder, 'index.bin'), new Uint8Array(17)), 3],
    ['a cut payload', (folder: string) => truncateSync(join(folder, 'payload-0000.bin'), 10), 2],
    ['payload without rows', (folder: string) => appendFileSync(join(folder, 'payload-0000.bin'), 'torn'), 3],
    ['a lost payload file', (folder: string) => truncateSync(join(folder, 'payload-0000.bin'), 0), 0],
  ])('is hidden from readers and cut by the next writer: %s', async (_, tear, whole) => {
    const folder = await recordingOf(rows);
    tear(folder);
    const reader = RecordingReader.open(folder);
    expect(reader.extent().rows).toBe(whole);
    expect(reader.tornBytes()).toBeGreaterThan(0);

    const appender = Appender.resume(folder);
    expect(reader.tornBytes()).toBe(0);
    appendRows(appender, [{ payload: 'again' }]);
    appender.close();
    const kept = rows.slice(0, whole).map((row) => row.payload);
    expect(reader.rows(0, 10).map((row) => row.preview)).toEqual([...kept, 'again']);
    reader.close();
  });

  it('is cut with the segments behind it', async () => {
    const folder = await recordingOf(rows, { segmentBytes: 4 });
    expect(existsSync(join(folder, 'payload-0002.bin'))).toBe(true);
    truncateSync(join(folder, 'index.bin'), ROW_BYTES);
    Appender.resume(folder).close();
    expect(readdirSync(folder).sort()).toEqual(['index.bin', 'payload-0000.bin', 'session.json']);
    expect(statSync(join(folder, 'payload-0000.bin')).size).toBe(3);
  });
});

describe('a folder that is not a recording', () => {
  it.each([
    [undefined, /is not a recording: it has no readable session\.json/],
    ['{', /is not valid JSON/],
    ['null', /does not describe a recording/],
    ['{"format":"other"}', /does not describe a recording/],
    ['{"format":"duplex-recording","version":99}', /has version 99, and this program reads versions up to 2/],
    ['{"format":"duplex-recording","version":1,"segmentBytes":0}', /no valid segmentBytes/],
    [JSON.stringify({ ...manifest(), startedAt: 'yesterday' }), /no valid startedAt/],
    [JSON.stringify({ ...manifest(), requestHeaders: [['one']] }), /no valid requestHeaders/],
    [JSON.stringify({ ...manifest(), url: 5 }), /no valid url/],
    [JSON.stringify({ ...manifest(), firstRow: -1 }), /no valid firstRow/],
    [JSON.stringify({ ...manifest(), role: 'proxy' }), /no valid role/],
  ])('is refused for the session.json %j', async (content, reason) => {
    const folder = await temporaryFolder();
    if (content !== undefined) writeFileSync(join(folder, 'session.json'), content);
    expect(() => RecordingReader.open(folder)).toThrow(reason);
  });
});
