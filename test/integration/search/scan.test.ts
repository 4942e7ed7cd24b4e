import fc from 'fast-check';
import { join } from 'node:path';
import { truncateSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileConditionMatcher } from '../../../src/core/request/condition/searchCondition.ts';
import { compileText } from '../../../src/core/search/compileText.ts';
import { Appender } from '../../../src/recording/write/appender.ts';
import { RecordingReader } from '../../../src/recording/read/reader.ts';
import { SearchScan } from '../../../src/recording/search/searchScan.ts';
import type { Query, TextQuery } from '../../../src/shared/queryProtocol.ts';
import type { Direction, Kind } from '../../../src/shared/timeline.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { appendRows, manifest } from '../../support/recordings.ts';
import type { TestRow } from '../../support/recordings.ts';

async function recordingOf(rows: readonly TestRow[], segmentBytes = 2 ** 30): Promise<string> {
  const folder = join(await temporaryFolder(), 'recording');
  const appender = Appender.create(folder, manifest({ segmentBytes }));
  appendRows(appender, rows);
  appender.close();
  return folder;
}

/** A scan, with the steps that its caller performs. */
async function scanOf(folder: string, query: Query, from = 0) {
  const reader = RecordingReader.open(folder);
  const matcher =
    query.text && (await compileText(query.text, async (pattern) => compileConditionMatcher(pattern)));
  const tried: number[] = [];
  const attempt = (row: number, trial: () => boolean): boolean => {
    tried.push(row);
    return trial();
  };
  const scan = new SearchScan(reader, { query, matcher, from, attempt });
  /** @returns all row numbers found so far */
  const run = (end = reader.extent().rows): number[] => {
    const work = scan.run(end);
    while (!work.next().done);
    return [...scan.hits.slice(0, Infinity)];
  };
  return { scan, run, tried, close: () => reader.close() };
}

async function find(folder: string, query: Query): Promise<number[]> {
  const { run, close } = await scanOf(folder, query);
  const found = run();
  close();
  return found;
}

const plain = (pattern: string, caseSensitive = true): { text: TextQuery } => ({
  text: { pattern, mode: 'plain', caseSensitive },
});
const regex = (pattern: string): { text: TextQuery } => ({
  text: { pattern, mode: 'regex', caseSensitive: true },
});

/** Decides row by row what a scan decides in blocks. */
function reference(rows: readonly TestRow[], query: Query): number[] {
  const { directions, kinds, minSize = 0, maxSize = Infinity, text } = query;
  const found: number[] = [];
  rows.forEach(({ payload, kind = 'text', direction = 'in' }, row) => {
    const bytes = Buffer.from(payload as string);
    if (directions && !directions.includes(direction)) return;
    if (kinds && !kinds.includes(kind)) return;
    if (bytes.length < minSize || bytes.length > maxSize) return;
    if (text && !matches(bytes, text)) return;
    found.push(row);
  });
  return found;
}

function matches(bytes: Buffer, { pattern, mode, caseSensitive }: TextQuery): boolean {
  if (mode === 'plain' && caseSensitive) return bytes.includes(pattern);
  const source = mode === 'plain' ? pattern.replaceAll('.', '\\.') : pattern;
  return new RegExp(source, caseSensitive ? 'u' : 'iu').test(bytes.toString());
}

const unit = fc.constantFrom(...'aAbBkKsS.1é', 'É', '\u212a', '\u017f', '😀');
const payloads = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 12 }) },
);
const KIND: Kind[] = ['text', 'binary', 'ping', 'close', 'note'];
const DIRECTION: Direction[] = ['in', 'out', 'none'];
const rows = fc.array(
  fc.record({
    payload: payloads,
    kind: fc.constantFrom(...KIND),
    direction: fc.constantFrom(...DIRECTION),
  }),
  { maxLength: 60 },
);
const texts = fc.record({
  pattern: fc.string({ unit, minLength: 1, maxLength: 4 }),
  mode: fc.constantFrom('plain' as const, 'plain' as const, 'regex' as const),
  caseSensitive: fc.boolean(),
});
const queries = fc.record(
  {
    directions: fc.subarray(DIRECTION),
    kinds: fc.subarray(KIND),
    minSize: fc.nat(4),
    maxSize: fc.integer({ min: 4, max: 12 }),
    text: texts,
  },
  { requiredKeys: [] },
);

describe('a scan', () => {
  it('has the hits of a search in each single row', async () => {
    await fc.assert(
      fc.asyncProperty(rows, queries, fc.constantFrom(7, 64, 2 ** 30), async (all, query, segmentBytes) => {
        const folder = await recordingOf(all, segmentBytes);
        expect(await find(folder, query)).toEqual(reference(all, query));
      }),
      { numRuns: 300 },
    );
  });

  it('finds the same when the recording grows under it', async () => {
    await fc.assert(
      fc.asyncProperty(rows, queries, fc.nat(60), async (all, query, cut) => {
        const folder = await recordingOf(all.slice(0, cut));
        const { run, close } = await scanOf(folder, query);
        expect(run()).toEqual(reference(all.slice(0, cut), query));
        const appender = Appender.resume(folder);
        appendRows(appender, all.slice(cut));
        appender.close();
        expect(run()).toEqual(reference(all, query));
        close();
      }),
      { numRuns: 100 },
    );
  });

  it('begins and ends at the given rows', async () => {
    const folder = await recordingOf(['a', 'ab', 'b', 'ab', 'ab'].map((payload) => ({ payload })));
    const { run, close } = await scanOf(folder, plain('a'), 1);
    expect(run(4)).toEqual([1, 3]);
    expect(run(5)).toEqual([1, 3, 4]);
    close();
  });

  it('does not take the end of one row and the beginning of the next for a match', async () => {
    const folder = await recordingOf(
      ['xne', 'edle', '', 'needlenee', 'dle', 'nnneedle'].map((payload) => ({ payload })),
    );
    expect(await find(folder, plain('needle'))).toEqual([3, 5]);
    expect(await find(folder, plain('NEEDLE', false))).toEqual([3, 5]);
    expect(await find(folder, plain('eed'))).toEqual([3, 5]);
  });

  it('finds a text across the pieces and segments of a large row', async () => {
    const MiB = 1024 * 1024;
    const large = Buffer.alloc(9 * MiB, 'x');
    large.write('needle', 4 * MiB - 3);
    const late = Buffer.alloc(5 * MiB, 'x');
    late.write('ne', 5 * MiB - 2);
    const payloads = ['before', large, 'edle', late, 'edle needle'];
    const folder = await recordingOf(
      payloads.map((payload) => ({ payload })),
      4 * MiB,
    );
    expect(await find(folder, plain('needle'))).toEqual([1, 4]);
    expect(await find(folder, plain('NEEDLE', false))).toEqual([1, 4]);
    expect(await find(folder, plain('DLEX', false))).toEqual([1]);
    expect(await find(folder, plain('dleé', false))).toEqual([]);
    expect(await find(folder, regex('^x+needlex+$'))).toEqual([1]);
    expect(await find(folder, { ...plain('x'), maxSize: 8 * MiB })).toEqual([3]);
  });

  it('tries a pattern only on rows that their bytes do not decide', async () => {
    const folder = await recordingOf(['task', 'mask', 'ta\u017fk', 'none'].map((payload) => ({ payload })));
    const { run, tried, close } = await scanOf(folder, plain('TASK', false));
    expect(run()).toEqual([0, 2]);
    expect(tried).toEqual([2]);
    close();
  });

  it('leaves out, and counts, rows that no pattern can be tried on', async () => {
    const nested = '['.repeat(3000) + ']'.repeat(3000);
    const folder = await recordingOf([{ payload: '[{"a":1}]' }, { payload: nested }, { payload: '{"a":1}' }]);
    const text: TextQuery = { pattern: '$..a', mode: 'jsonpath', caseSensitive: true };
    const { run, scan, close } = await scanOf(folder, { text });
    expect(run()).toEqual([0, 2]);
    expect(scan.skipped).toBe(1);
    close();
  });

  it('searches for a JSONPath in messages only', async () => {
    const folder = await recordingOf([
      { payload: '{"code":1000}', kind: 'close' },
      { payload: '{"code":1000}', kind: 'binary' },
      { payload: '{"code":1000}' },
      { payload: '{"code":1000}', kind: 'note', direction: 'none' },
      { payload: 'code' },
    ]);
    const text: TextQuery = { pattern: '$.code', mode: 'jsonpath', caseSensitive: true };
    expect(await find(folder, { text })).toEqual([1, 2]);
    expect(await find(folder, { text, kinds: ['text', 'close'] })).toEqual([2]);
  });

  it('finds rare words and crowded ones alike, over many chunks of bytes, and none that runs on into the next row', async () => {
    const word = 'needle';
    const rows: TestRow[] = Array.from({ length: 150_000 }, (_, i) => {
      const isHit = i % 40_001 === 7 || (i > 60_000 && i < 75_000) || i === 149_999;
      const end = i % 30_000 === 11 ? 'nee' : '';
      const start = i % 30_000 === 13 ? 'dle' : '';
      // Between the two halves of a word lies an empty row.
      const text = i % 30_000 === 12 ? '' : `${start}${isHit ? word : 'haystack'}${'x'.repeat(90)}${end}`;
      return { payload: text, direction: i % 2 === 0 ? 'in' : 'out' };
    });
    const folder = await recordingOf(rows);
    for (const query of [
      plain(word),
      plain('NEEDLE', false),
      { ...plain(word), directions: ['out' as const] },
    ])
      expect(await find(folder, query)).toEqual(reference(rows, query));
  });

  it('reports missing payloads', async () => {
    const folder = await recordingOf([{ payload: 'aaaa' }, { payload: 'bbbb' }]);
    truncateSync(join(folder, 'payload-0000.bin'), 6);
    const { run, close } = await scanOf(folder, plain('b'));
    expect(() => run(2)).toThrow(expect.objectContaining({ code: 'file.invalid' }));
    expect(run(1)).toEqual([]);
    close();
  });
});

describe('a search for latencies', () => {
  const condition = (pattern: string): Query => ({
    text: { pattern, mode: 'condition', caseSensitive: false },
  });
  const LATE: readonly TestRow[] = [
    { payload: '', kind: 'open', direction: 'none', time: 0 },
    { payload: 'welcome', time: 150_000 },
    { payload: 'ask', direction: 'out', time: 1_000_000 },
    { payload: 'quick', time: 1_050_000 },
    { payload: 'late', kind: 'binary', time: 1_200_000 },
    { payload: 'ping', kind: 'ping', direction: 'out', time: 1_300_000 },
    { payload: 'again', direction: 'out', time: 1_400_000 },
    { payload: 'quick', time: 1_450_000 },
  ];

  it('counts them from the last message that was sent, or else from the open', async () => {
    const folder = await recordingOf(LATE);
    expect(await find(folder, condition('latency > 100ms'))).toEqual([1, 4]);
    expect(await find(folder, condition('latency <= 50ms'))).toEqual([3, 7]);
    expect(await find(folder, { ...condition('latency > 100ms'), kinds: ['binary'] })).toEqual([4]);
    expect(await find(folder, condition('kind == "ping"'))).toEqual([5]);
  });

  it('counts messages sent before the first row, and continues when there are more', async () => {
    const folder = await recordingOf(LATE);
    const { run, close } = await scanOf(folder, condition('latency > 100ms'), 3);
    expect(run(4)).toEqual([]);
    expect(run()).toEqual([4]);
    close();
  });

  it('looks far back for it', async () => {
    const pings = Array.from({ length: 5_000 }, (_, i): TestRow => {
      return { payload: '', kind: 'ping', time: 2_000_000 + i };
    });
    const folder = await recordingOf([...LATE, ...pings, { payload: 'x', time: 3_000_000 }]);
    const { run, close } = await scanOf(folder, condition('latency > 1s'), LATE.length + pings.length);
    expect(run()).toEqual([LATE.length + pings.length]);
    close();
  });
});
