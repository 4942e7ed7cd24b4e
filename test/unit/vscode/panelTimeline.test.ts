import { describe, expect, test, vi } from 'vitest';
import type { RowSpan, RowSet, RowStatistics } from '../../../src/shared/timelineProtocol.ts';
import type { OfferedRows } from '../../../src/vscode/exports/pickRows.ts';
import { panelTimeline } from '../../../src/vscode/panel/panelTimeline.ts';

/** Hits of a search: every second of a million rows and more. */
const HITS = 1_200_000;

function setUp({ folder }: { folder: string | undefined } = { folder: '/recordings/one' }) {
  const sets: RowSet[] = [];
  const text = new TextEncoder().encode('a\nb\n');
  const query = {
    statistics: vi.fn(async (_: string, set?: RowSet): Promise<RowStatistics> => {
      sets.push(set!);
      const rows = 'numbers' in set! ? set.numbers.length : set!.end - set!.from;
      const first = 'numbers' in set! ? set.numbers[0]! : set!.from;
      const counter = { messages: rows, bytes: rows * 10 };
      return { rows, in: counter, out: { messages: 1, bytes: 2 }, firstTime: first, lastTime: first + rows };
    }),
    text: vi.fn(async () => text),
    columnValues: vi.fn(async (_: string, rows: readonly number[]) =>
      rows.map((seq) => [{ text: `${seq}` }]),
    ),
    rates: vi.fn(async (_: string, __: string, ___: number, end: number) => ({ next: end }) as never),
    endRates: vi.fn(async () => undefined),
  };
  const session = {
    folder,
    rows: 3_000_000,
    summary: { firstRow: 7 },
    rowAtTime: vi.fn(async (time: number) => Math.round(time / 10)),
  };
  const search = vi.fn(() => ({
    position: async (seq: number) => Math.min(HITS, Math.ceil(seq / 2)),
    hitNumbers: async (from: number, count: number) =>
      Float64Array.from({ length: Math.min(count, HITS - from) }, (_, i) => 2 * (from + i)),
  }));
  const copyText = vi.fn(async () => undefined);
  const saveRows = vi.fn(async () => undefined);
  const exportRows = vi.fn(async () => undefined);
  const timeline = panelTimeline({
    ...{ name: 'p1/', session, query: () => query, search, copyText, saveRows, exportRows },
  });
  /** The rows that the last export offered. */
  const offered = (): OfferedRows =>
    (exportRows.mock.lastCall as unknown as [string, RowSpan, OfferedRows])[2];
  return { ...timeline, query, session, search, copyText, saveRows, exportRows, offered, sets, text };
}

describe('columns', () => {
  test('are read by the query worker', async () => {
    const { calls, query } = setUp();
    expect(await calls.columnValues([3, 9], ['$.type'])).toEqual([[{ text: '3' }], [{ text: '9' }]]);
    expect(query.columnValues).toHaveBeenCalledWith('/recordings/one', [3, 9], ['$.type']);
  });

  test.each([
    ['no list', 'x', ['$.a']],
    ['a negative number', [-1], ['$.a']],
    ['too many rows', Array.from({ length: 2_001 }, (_, seq) => seq), ['$.a']],
    ['no paths', [1], null],
    ['a path that is no text', [1], [7]],
    ['a path that is too long', [1], [`$.${'a'.repeat(1_000)}`]],
    ['too many paths', [1], Array.from({ length: 9 }, (_, index) => `$.a${index}`)],
  ])('are refused for %s', async (_, rows, paths) => {
    const { calls, query } = setUp();
    await expect(calls.columnValues(rows as number[], paths as string[])).rejects.toMatchObject({
      code: 'call.invalid',
    });
    expect(query.columnValues).not.toHaveBeenCalled();
  });

  test('need a recording', async () => {
    const { calls } = setUp({ folder: undefined });
    await expect(calls.columnValues([1], ['$.a'])).rejects.toThrow('This session is not recorded');
  });
});

describe('a range of rows', () => {
  test('is added up by the query worker', async () => {
    const { calls, sets } = setUp();
    expect(await calls.rangeStatistics(10, 20)).toMatchObject({ rows: 10, firstTime: 10, lastTime: 20 });
    expect(sets).toEqual([{ from: 10, end: 20 }]);
  });

  test('ends where the recording ends', async () => {
    const { calls, sets } = setUp();
    await calls.rangeStatistics(2_999_999, 5_000_000);
    expect(sets).toEqual([{ from: 2_999_999, end: 3_000_000 }]);
  });

  test('has only the hits of the named search, if there is one', async () => {
    const { calls, sets, search } = setUp();
    expect(await calls.rangeStatistics(10, 20, 's1')).toMatchObject({ rows: 5 });
    expect(search).toHaveBeenCalledWith('s1');
    expect(sets).toEqual([{ numbers: Float64Array.of(10, 12, 14, 16, 18) }]);
  });

  test('is added up in parts if it has more hits than one call returns', async () => {
    const { calls, sets } = setUp();
    expect(await calls.rangeStatistics(0, 2_400_000, 's1')).toEqual({
      rows: HITS,
      in: { messages: HITS, bytes: HITS * 10 },
      out: { messages: 2, bytes: 4 },
      firstTime: 0,
      lastTime: 2_000_000 + 200_000,
    });
    expect(sets).toHaveLength(2);
  });

  test('is empty without a hit', async () => {
    const { calls, sets } = setUp();
    expect(await calls.rangeStatistics(2_500_000, 2_600_000, 's1')).toMatchObject({ rows: 0, lastTime: 0 });
    expect(sets).toEqual([]);
  });

  test('takes null, the JSON form of undefined, for no search', async () => {
    const { calls, search } = setUp();
    await calls.rangeStatistics(0, 1, null as unknown as undefined);
    expect(search).not.toHaveBeenCalled();
  });

  test('is copied as lines, up to the clipboard limit', async () => {
    const { calls, query, copyText, text } = setUp();
    await calls.copyRange(3, 5);
    expect(query.text).toHaveBeenCalledWith('/recordings/one', { from: 3, end: 5 }, 64 * 1024 * 1024);
    expect(copyText).toHaveBeenCalledWith(text);
  });

  test('is saved with all its hits', async () => {
    const { calls, saveRows } = setUp();
    await calls.saveRange(0, 2_400_000, 's1');
    const [[folder, set]] = saveRows.mock.calls as unknown as [[string, { numbers: Float64Array }]];
    expect(folder).toBe('/recordings/one');
    expect(set.numbers).toHaveLength(HITS);
  });
});

describe('an export from a row menu', () => {
  test('offers the row, and all rows that no clear hides', async () => {
    const { calls, exportRows, offered } = setUp();
    await calls.exportRows(9);
    expect(exportRows).toHaveBeenCalledExactlyOnceWith(
      '/recordings/one',
      { from: 7, end: 3_000_000 },
      expect.anything(),
    );
    expect(Object.keys(offered())).toEqual(['row']);
    expect(offered().row?.seq).toBe(9);
    expect(await offered().row?.rows()).toEqual({ from: 9, end: 10 });
  });

  test('offers the selection, and only the rows that the filter shows', async () => {
    const { calls, offered } = setUp();
    await calls.exportRows(12, { from: 10, end: 20 });
    expect(offered().selected?.count).toBe(10);
    expect(await offered().selected?.rows()).toEqual({ from: 10, end: 20 });
    expect(offered().filtered).toBeUndefined();

    await calls.exportRows(12, { from: 10, end: 20 }, 's1');
    expect(offered().selected?.count).toBe(5);
    expect(await offered().selected?.rows()).toEqual({ numbers: Float64Array.of(10, 12, 14, 16, 18) });
    // The search has a hit in every second row, of which 7 rows are hidden.
    expect(offered().filtered?.count).toBe(HITS - 4);
    const filtered = (await offered().filtered!.rows()) as { numbers: Float64Array };
    expect([filtered.numbers.length, filtered.numbers[0]]).toEqual([HITS - 4, 8]);
  });

  test('takes null, the JSON form of undefined, for nothing', async () => {
    const { calls, search, offered } = setUp();
    await calls.exportRows(9, null as unknown as undefined, null as unknown as undefined);
    expect(Object.keys(offered())).toEqual(['row']);
    expect(search).not.toHaveBeenCalled();
  });

  test('counts existing rows only', async () => {
    const { calls, offered } = setUp();
    await calls.exportRows(9, { from: 2_999_999, end: 5_000_000 });
    expect(offered().selected?.count).toBe(1);
    await calls.exportRows(9, { from: 4_000_000, end: 5_000_000 });
    expect(offered().selected?.count).toBe(0);
  });

  test.each([
    [-1, undefined],
    ['3', undefined],
    [3, 'all'],
    [3, { from: -1, end: 2 }],
    [3, { from: 0, end: '__proto__' }],
  ])('is refused for row %j of %j', async (seq, selected) => {
    const { calls, exportRows } = setUp();
    await expect(calls.exportRows(seq as number, selected as RowSpan)).rejects.toMatchObject({
      code: 'call.invalid',
    });
    expect(exportRows).not.toHaveBeenCalled();
  });

  test('needs a recording', async () => {
    const { calls } = setUp({ folder: undefined });
    await expect(calls.exportRows(1)).rejects.toThrow('This session is not recorded');
  });
});

describe('the rates', () => {
  test('are counted for this panel, from the first row that is not hidden', async () => {
    const { calls, query } = setUp();
    await calls.rates();
    expect(query.rates).toHaveBeenCalledWith('p1/', '/recordings/one', 7, 3_000_000);
  });

  test('are forgotten with the panel, if there are any', async () => {
    const { calls, query, dispose } = setUp();
    await dispose();
    expect(query.endRates).not.toHaveBeenCalled();
    await calls.rates();
    await dispose();
    expect(query.endRates).toHaveBeenCalledWith('p1/');
  });
});

describe('a timeline request', () => {
  test.each([-1, 0.5, NaN, '3', undefined])('is refused for a range from %j', async (from) => {
    const { calls } = setUp();
    await expect(calls.rangeStatistics(from as number, 10)).rejects.toMatchObject({ code: 'call.invalid' });
    await expect(calls.copyRange(0, from as number)).rejects.toMatchObject({ code: 'call.invalid' });
  });

  test.each([NaN, Infinity, '3', null])('is refused for the time %j', async (time) => {
    const { calls, session } = setUp();
    await expect(calls.rowAtTime(time as number)).rejects.toMatchObject({ code: 'call.invalid' });
    expect(session.rowAtTime).not.toHaveBeenCalled();
  });

  test('finds a row at any time, even before the start', async () => {
    const { calls } = setUp();
    expect(await calls.rowAtTime(50)).toBe(5);
    expect(await calls.rowAtTime(-20)).toBe(-2);
  });

  test('is refused for a session without a recording', async () => {
    const { calls, query } = setUp({ folder: undefined });
    for (const call of [calls.rates(), calls.rangeStatistics(0, 1), calls.copyRange(0, 1)])
      await expect(call).rejects.toMatchObject({ code: 'call.invalid' });
    expect(query.rates).not.toHaveBeenCalled();
  });
});
