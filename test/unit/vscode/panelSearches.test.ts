import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PanelQuery, PanelSearchState } from '../../../src/shared/panelProtocol.ts';
import type { Hit } from '../../../src/shared/queryProtocol.ts';
import { createPanelSearches } from '../../../src/vscode/panel/panelSearches.ts';
import type { RunningSearch } from '../../../src/vscode/panel/panelSearches.ts';
import { EventEmitter } from './support/fakeVscode.ts';

const HITS = [2, 4, 8, 16];
const PLAIN: PanelQuery = { text: { pattern: 'x', mode: 'plain', caseSensitive: false } };

function setUp() {
  const changed = new EventEmitter<void>();
  const begun: PanelQuery[] = [];
  const disposed = vi.fn(async (): Promise<void> => undefined);
  const onError = vi.fn();
  const reports: (readonly PanelSearchState[])[] = [];
  const begin = vi.fn((query: PanelQuery): RunningSearch => {
    begun.push(query);
    return {
      state: { hits: HITS.length, scanned: 20, total: 20, done: true, skipped: 0, error: undefined },
      onDidChange: (listener) => changed.event(listener).dispose,
      hits: async (from, count) => HITS.slice(from, from + count).map((seq) => ({ seq }) as Hit),
      hitNumbers: async (from, count) => Float64Array.from(HITS.slice(from, from + count)),
      position: async (seq) => HITS.filter((hit) => hit < seq).length,
      dispose: disposed,
    };
  });
  const searches = createPanelSearches(begin, (states) => reports.push(states), onError);
  return { ...searches, begin, begun, disposed, onError, reports, change: () => changed.fire() };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const seqs = (hits: readonly Hit[]): number[] => hits.map(({ seq }) => seq);

describe('a search of the page', () => {
  test('answers hits by number, by row and by position', async () => {
    const { calls } = setUp();
    await calls.startSearch('s1', PLAIN);
    expect(seqs(await calls.hits('s1', 1, 2))).toEqual([4, 8]);
    expect(seqs(await calls.hitsBetween('s1', 3, 9))).toEqual([4, 8]);
    expect(seqs(await calls.hitsBetween('s1', 9, 9))).toEqual([]);
    expect(seqs(await calls.hitsBetween('s1', 9, 3))).toEqual([]);
    expect(await calls.hitPosition('s1', 8)).toBe(2);
  });

  test('marks the matches in the summaries for a text search in decoded messages', async () => {
    const { calls, marked } = setUp();
    const hitsOf = (...summaries: (string | undefined)[]): Hit[] =>
      summaries.map(
        (summary, seq) =>
          ({ seq, marks: [[9, 10]], ...(summary !== undefined && { summary }) }) as unknown as Hit,
      );
    const same = async (hits: Hit[]): Promise<Hit[]> => hits;
    await calls.startSearch('s1', { ...PLAIN, decoded: true });
    const hits = await marked('s1', hitsOf('axbX', 'none', undefined), same);
    expect(hits).toMatchObject([
      {
        marks: [
          [1, 2],
          [3, 4],
        ],
        inSummary: true,
      },
      { marks: [], inSummary: true },
      { marks: [[9, 10]] },
    ]);
    expect(hits[2]).not.toHaveProperty('inSummary');
    const added = await marked('s1', hitsOf(undefined), async () => hitsOf('x'));
    expect(added).toMatchObject([{ summary: 'x', marks: [[0, 1]], inSummary: true }]);
    const unused = vi.fn(same);
    expect(await marked('s1', [], unused)).toEqual([]);
    expect(unused).not.toHaveBeenCalled();
  });

  test.each<[string, PanelQuery]>([
    ['of bytes', PLAIN],
    [
      'for a pattern, which may run for ever',
      { text: { pattern: '(a+)+$', mode: 'regex', caseSensitive: true }, decoded: true },
    ],
    ['for a path', { text: { pattern: '$.a', mode: 'jsonpath', caseSensitive: true }, decoded: true }],
  ])('decodes nothing for the marks of a search %s', async (_, query) => {
    const { calls, marked } = setUp();
    await calls.startSearch('s1', query);
    const withSummaries = vi.fn(async (hits: Hit[]) => hits);
    const hits = [{ seq: 1, marks: [[0, 1]], summary: 'aaa' } as unknown as Hit];
    expect(await marked('s1', hits, withSummaries)).toBe(hits);
    expect(await marked('other', hits, withSummaries)).toBe(hits);
    expect(withSummaries).not.toHaveBeenCalled();
  });

  test('reports the problem of its pattern, and does not start', async () => {
    const { calls, begin } = setUp();
    const regex: PanelQuery = { text: { pattern: 'a(', mode: 'regex', caseSensitive: true } };
    await expect(calls.startSearch('s1', regex)).rejects.toMatchObject({
      code: 'call.invalid',
      message: expect.stringMatching(/character 2/) as string,
    });
    const path: PanelQuery = { text: { pattern: '$.a[', mode: 'jsonpath', caseSensitive: true } };
    await expect(calls.startSearch('s1', path)).rejects.toThrow(/JSONPath/);
    expect(begin).not.toHaveBeenCalled();
    await expect(calls.startSearch('s1', PLAIN)).resolves.toBeUndefined();
  });

  test('reports at most 20 times a second, with all progress at once', async () => {
    const { calls, change, reports } = setUp();
    await calls.startSearch('s1', PLAIN);
    await calls.startSearch('s2', {});
    for (let ms = 0; ms < 1000; ms++) {
      change();
      vi.advanceTimersByTime(1);
    }
    expect(reports.length).toBeGreaterThanOrEqual(15);
    expect(reports.length).toBeLessThanOrEqual(21);
    expect(reports.at(-1)?.map(({ search, hits }) => [search, hits])).toEqual([
      ['s1', 4],
      ['s2', 4],
    ]);
  });

  test('ends once, then reports nothing and answers that it has ended', async () => {
    const { calls, change, reports, disposed } = setUp();
    await calls.startSearch('s1', PLAIN);
    vi.advanceTimersByTime(100);
    reports.length = 0;
    calls.endSearch('s1');
    calls.endSearch('s1');
    change();
    vi.advanceTimersByTime(100);
    expect(disposed).toHaveBeenCalledOnce();
    expect(reports).toEqual([]);
    for (const late of [calls.hits('s1', 0, 1), calls.hitsBetween('s1', 0, 1), calls.hitPosition('s1', 0)])
      await expect(late).rejects.toMatchObject({ code: 'call.cancelled' });
  });

  test('does not start if it is ended while its pattern is checked', async () => {
    const { calls, begin } = setUp();
    const starting = calls.startSearch('s1', PLAIN);
    calls.endSearch('s1');
    await expect(starting).rejects.toMatchObject({ code: 'call.cancelled' });
    expect(begin).not.toHaveBeenCalled();
  });

  test('does not count towards the limit if the engine refuses it', async () => {
    const { calls, begin } = setUp();
    for (let i = 0; i < 20; i++) {
      begin.mockImplementationOnce(() => {
        throw new Error('not recorded');
      });
      await expect(calls.startSearch(`s${i}`, {})).rejects.toThrow('not recorded');
    }
    await expect(calls.startSearch('s1', {})).resolves.toBeUndefined();
  });

  test('logs a failure to end', async () => {
    const { calls, disposed, onError } = setUp();
    const error = new Error('stuck');
    disposed.mockRejectedValueOnce(error);
    await calls.startSearch('s1', {});
    calls.endSearch('s1');
    await vi.waitFor(() => expect(onError).toHaveBeenCalledWith(error));
  });
});

describe('a requested search', () => {
  test('needs a name of its own, and their number is limited', async () => {
    const { calls } = setUp();
    for (let i = 0; i < 8; i++) await calls.startSearch(`s${i}`, {});
    await expect(calls.startSearch('s0', {})).rejects.toThrow(/runs already/);
    await expect(calls.startSearch('one more', {})).rejects.toThrow(/Too many/);
    calls.endSearch('s3');
    await expect(calls.startSearch('one more', {})).resolves.toBeUndefined();
  });

  test.each<[string, unknown]>([
    ['a direction', { directions: ['up'] }],
    ['a kind', { kinds: ['text', 'everything'] }],
    ['no list of kinds', { kinds: 'text' }],
    ['a long list', { kinds: Array.from({ length: 1000 }, () => 'text') }],
    ['a pattern', { text: { pattern: 7, mode: 'plain', caseSensitive: true } }],
    ['a mode', { text: { pattern: 'x', mode: 'eval', caseSensitive: true } }],
    ['a case', { text: { pattern: 'x', mode: 'plain', caseSensitive: 'yes' } }],
    ['no text', { text: null }],
    ['a type of unit', { units: { types: ['shout'] } }],
    ['no list of names', { units: { names: 'chat' } }],
    ['a name that is no text', { units: { names: [7] } }],
    ['too long a name', { units: { names: ['x'.repeat(3000)] } }],
    ['too many names', { units: { names: Array.from({ length: 101 }, String) } }],
    ['no name of a protocol', { protocol: 7 }],
  ])('is refused if it is invalid: %s', async (_what, query) => {
    const { calls, begin } = setUp();
    await expect(calls.startSearch('s1', query as PanelQuery)).rejects.toMatchObject({
      code: 'call.invalid',
    });
    expect(begin).not.toHaveBeenCalled();
  });

  test('may name units of a protocol, and fold', async () => {
    const { calls, begun } = setUp();
    const query = { units: { types: ['call'], names: ['', 'chat'] }, protocol: 'ocpp', folds: true } as const;
    await calls.startSearch('s1', query);
    await calls.startSearch('s2', { folds: 'yes', units: {} } as never);
    expect(begun).toEqual([query, { units: {} }]);
  });

  test('is disposed of if it was ended during its preparation', async () => {
    const { calls, begin, disposed } = setUp();
    const prepare = begin.getMockImplementation()!;
    let start = (): void => undefined;
    begin.mockImplementation(
      (query) => new Promise((resolve) => (start = () => resolve(prepare(query)))) as never,
    );
    const started = calls.startSearch('s1', {});
    await vi.waitFor(() => expect(begin).toHaveBeenCalled());
    calls.endSearch('s1');
    start();
    await expect(started).rejects.toMatchObject({ code: 'call.cancelled' });
    expect(disposed).toHaveBeenCalledTimes(1);
  });

  test('is limited to directions, kinds and a text', async () => {
    const { calls, begun } = setUp();
    await calls.startSearch('s1', { ...PLAIN, kinds: ['text'], maxSize: 5, folder: '/etc' } as PanelQuery);
    expect(begun).toEqual([{ ...PLAIN, kinds: ['text'] }]);
  });

  test.each<[unknown, unknown]>([
    [-1, 1],
    [0, 1_000_000],
    ['0', 1],
    [0, 0.5],
  ])('gives no hits from %j for a count of %j', async (from, count) => {
    const { calls } = setUp();
    await calls.startSearch('s1', {});
    await expect(calls.hits('s1', from as number, count as number)).rejects.toMatchObject({
      code: 'call.invalid',
    });
  });
});

test('ends the searches of a closed page, and lets a new page search', async () => {
  const { calls, endAll, dispose, disposed, change, reports } = setUp();
  await calls.startSearch('s1', {});
  await calls.startSearch('s2', {});
  await endAll();
  expect(disposed).toHaveBeenCalledTimes(2);
  await calls.startSearch('s1', {});
  await dispose();
  expect(disposed).toHaveBeenCalledTimes(3);
  reports.length = 0;
  change();
  vi.advanceTimersByTime(100);
  expect(reports).toEqual([]);
});
