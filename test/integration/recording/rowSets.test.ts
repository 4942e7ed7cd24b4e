import { readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Appender } from '../../../src/recording/write/appender.ts';
import { RateScan } from '../../../src/recording/read/rates.ts';
import { RecordingReader, rowAtTime } from '../../../src/recording/read/reader.ts';
import { rowPages, rowText } from '../../../src/recording/read/rowPages.ts';
import { rowStatistics } from '../../../src/recording/read/rowStatistics.ts';
import { saveRows } from '../../../src/recording/read/save.ts';
import type { RowSet } from '../../../src/shared/timelineProtocol.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { appendRows, manifest } from '../../support/recordings.ts';
import type { TestRow } from '../../support/recordings.ts';

let appender: Appender;
let reader: RecordingReader;
afterEach(() => {
  reader.close();
  appender.close();
});

async function record(rows: readonly TestRow[]): Promise<RecordingReader> {
  const folder = join(await temporaryFolder(), 'recording');
  appender = Appender.create(folder, manifest());
  appendRows(appender, rows);
  reader = RecordingReader.open(folder);
  return reader;
}

/** Row N came at N milliseconds and says so; every third was sent, every tenth is a ping. */
const row = (n: number): TestRow => ({
  payload: `{"n":${n}}`,
  time: n * 1_000,
  direction: n % 3 === 0 ? 'out' : 'in',
  kind: n % 10 === 0 ? 'ping' : 'text',
});
const rows = (count: number): TestRow[] => Array.from({ length: count }, (_, n) => row(n));

function finish<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

const numbers = (...values: number[]): RowSet => ({ numbers: Float64Array.from(values) });
const never = new AbortController().signal;

describe('the statistics of rows', () => {
  it('count rows of a range, its messages and bytes by direction, and its time', async () => {
    const totals = finish(rowStatistics(await record(rows(200)), { from: 101, end: 107 }));
    // 102 and 105 were sent.
    expect(totals).toEqual({
      rows: 6,
      in: { messages: 4, bytes: 4 * 9 },
      out: { messages: 2, bytes: 2 * 9 },
      firstTime: 101_000,
      lastTime: 106_000,
    });
  });

  it('leave control frames out of the messages, and count them as rows', async () => {
    const totals = finish(rowStatistics(await record(rows(20)), numbers(10, 11)));
    expect(totals).toMatchObject({ rows: 2, in: { messages: 1 }, out: { messages: 0 } });
  });

  it('are those of single rows at any distance, over many blocks', async () => {
    const few = await record(rows(150_000));
    expect(finish(rowStatistics(few, numbers(1, 70_001, 70_002, 149_999)))).toMatchObject({
      rows: 4,
      firstTime: 1_000,
      lastTime: 149_999_000,
    });
    const all = finish(rowStatistics(few, { from: 0, end: 150_000 }));
    expect(all.rows).toBe(150_000);
    expect(all.in.messages + all.out.messages).toBe(135_000);
  });

  it('end with the recording', async () => {
    expect(finish(rowStatistics(await record(rows(5)), { from: 3, end: 100 })).rows).toBe(2);
    expect(finish(rowStatistics(reader, { from: 5, end: 5 }))).toMatchObject({ rows: 0, firstTime: 0 });
    expect(finish(rowStatistics(reader, numbers())).rows).toBe(0);
  });
});

describe('the row at a time', () => {
  it('is the first at or after it', async () => {
    await record(rows(1_000));
    const at = (time: number): number => rowAtTime(reader, time, 1_000);
    expect(at(0)).toBe(0);
    expect(at(-5)).toBe(0);
    expect(at(500_000)).toBe(500);
    expect(at(500_001)).toBe(501);
    expect(at(999_000)).toBe(999);
    expect(at(999_001)).toBe(1_000);
  });

  it('is the first of those of one time', async () => {
    await record([1, 2, 2, 2, 3].map((time) => ({ payload: 'x', time })));
    expect(rowAtTime(reader, 2, 5)).toBe(1);
  });

  it('is among the rows that count', async () => {
    await record(rows(10));
    expect(rowAtTime(reader, 8_000, 5)).toBe(5);
    expect(rowAtTime(reader, 8_000, 0)).toBe(0);
  });
});

describe('pages of rows', () => {
  it('hold exactly the rows of a set, in order', async () => {
    await record(rows(5_000));
    const wanted = [0, 1, 5, 20, 21, 22, 2_500, 4_998, 4_999];
    const found = [...rowPages(reader, numbers(...wanted))].flat();
    expect(found.map(({ seq }) => seq)).toEqual(wanted);
    expect(found.map(({ payload }) => Buffer.from(payload).toString())).toEqual(
      wanted.map((n) => `{"n":${n}}`),
    );
    expect([...rowPages(reader, { from: 10, end: 4_010 })].flat()).toHaveLength(4_000);
  });

  it('go on behind a row that fills a page alone', async () => {
    const large = 'x'.repeat(5 * 1024 * 1024);
    await record([{ payload: 'a' }, { payload: large }, { payload: 'b' }, { payload: 'c' }]);
    const pages = [...rowPages(reader, numbers(0, 1, 3))];
    expect(pages.flat().map(({ seq, payload }) => [seq, payload.length])).toEqual([
      [0, 1],
      [1, large.length],
      [3, 1],
    ]);
  });
});

describe('rows as text', () => {
  const text = (set: RowSet, most = 1_000): string =>
    Buffer.from(finish(rowText(reader, set, most))).toString();

  it('are the messages, a line each, and binary ones as hexadecimal digits', async () => {
    await record([
      { payload: '{}', kind: 'open', direction: 'none' },
      { payload: 'größe' },
      { payload: Uint8Array.of(0, 255), kind: 'binary' },
      { payload: 'p', kind: 'ping' },
      { payload: Uint8Array.of(0x63, 0xe9) },
    ]);
    expect(text({ from: 0, end: 5 })).toBe('größe\n00ff\n63e9\n');
  });

  it('are refused beyond the limit, with a remedy', async () => {
    await record(rows(100));
    expect(() => text({ from: 0, end: 100 }, 300)).toThrow(/copied at most: save them to a file/);
    await record([{ payload: new Uint8Array(100), kind: 'binary' }]);
    expect(() => text({ from: 0, end: 1 }, 150)).toThrow(/copied at most/);
  });
});

describe('saving rows', () => {
  it('writes the lines that the command line prints', async () => {
    await record([
      { payload: 'a"b', time: 5 },
      { payload: Uint8Array.of(1), kind: 'binary', direction: 'out' },
    ]);
    const target = join(dirname(reader.folder), 'saved.jsonl');
    const told: number[][] = [];
    const onProgress = (done: number, total: number): void => void told.push([done, total]);
    const { rows } = await saveRows(reader, { from: 0, end: 2 }, 'jsonl', target, {
      signal: never,
      onProgress,
    });
    expect(rows).toBe(2);
    expect(await readFile(target, 'utf8')).toBe(
      '{"seq":0,"t":5,"dir":"in","kind":"text","size":3,"text":"a\\"b"}\n' +
        '{"seq":1,"t":0,"dir":"out","kind":"binary","size":1,"base64":"AQ=="}\n',
    );
    expect(told.at(-1)).toEqual([2, 2]);
  });

  it('keeps the old file when it is cancelled', async () => {
    await record(rows(10));
    const folder = dirname(reader.folder);
    const target = join(folder, 'saved.jsonl');
    await writeFile(target, 'old');
    const abort = new AbortController();
    abort.abort();
    const saving = saveRows(reader, { from: 0, end: 10 }, 'jsonl', target, {
      signal: abort.signal,
      onProgress: () => undefined,
    });
    await expect(saving).rejects.toMatchObject({ code: 'call.cancelled' });
    expect(await readFile(target, 'utf8')).toBe('old');
    expect((await readdir(folder)).sort()).toEqual(['recording', 'saved.jsonl']);
  });
});

describe('the rates of a recording', () => {
  it('continue where they stopped while it grows', async () => {
    await record(rows(1_000));
    const scan = new RateScan(0);
    const first = scan.run(reader, 1_000, 1_000);
    expect(first.next).toBe(1_000);
    appendRows(
      appender,
      Array.from({ length: 1_000 }, (_, n) => row(1_000 + n)),
    );
    const second = scan.run(reader, 2_000, 1_000);
    expect(second.next).toBe(2_000);
    expect(second).toEqual(new RateScan(0).run(reader, 2_000, 1_000));
    expect(second.in.mean.length).toBeGreaterThan(first.in.mean.length);
  });

  it('pause after their time, and leave out hidden rows', async () => {
    await record(rows(200_000));
    const scan = new RateScan(100);
    const { next, start } = scan.run(reader, 200_000, 0);
    expect(next).toBe(100 + 65_536);
    expect(start).toBe(0);
    let rates = scan.run(reader, 200_000, 0);
    while (rates.next < 200_000) rates = scan.run(reader, 200_000, 0);
    const total = [...rates.in.mean, ...rates.out.mean].reduce(
      (sum, mean) => sum + (mean * rates.width) / 1e6,
      0,
    );
    expect(Math.round(total)).toBe(199_900 * 0.9);
  });

  it('end where the files were cut', async () => {
    await record(rows(10));
    expect(new RateScan(0).run(reader, 50, 1_000).next).toBe(10);
  });
});
