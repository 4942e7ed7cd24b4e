import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeVisible } from '../../../src/core/format/visible.ts';
import { Engine } from '../../../src/engine/engine.ts';
import type { Search } from '../../../src/engine/search.ts';
import { Appender } from '../../../src/recording/write/appender.ts';
import type { Query, TextQuery } from '../../../src/shared/queryProtocol.ts';
import { demoServer, testEngine, until, workersFolder } from '../../support/engine.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { appendRows, manifest } from '../../support/recordings.ts';
import type { TestRow } from '../../support/recordings.ts';

async function recordingOf(rows: readonly TestRow[]): Promise<string> {
  const folder = join(await temporaryFolder(), 'recording');
  const appender = Appender.create(folder, manifest());
  appendRows(appender, rows);
  appender.close();
  return folder;
}

const textQuery = (mode: TextQuery['mode'], pattern: string, caseSensitive = true): Query => ({
  text: { pattern, mode, caseSensitive },
});
const plain = (pattern: string): Query => textQuery('plain', pattern);

/** Resolves when the condition holds; asked again whenever the search changes. */
function when(search: Search, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = search.onDidChange(check);
    function check(): void {
      if (!condition()) return;
      stop();
      resolve();
    }
    check();
  });
}

const settled = (search: Search): Promise<void> =>
  when(search, () => search.state.done || search.state.error !== undefined);

async function numbers(search: Search): Promise<number[]> {
  return [...(await search.hitNumbers(0, Infinity))];
}

const bytes = (content: string) => ({ kind: 'text' as const, data: new TextEncoder().encode(content) });

/** A recording of many small rows, every 1000th of which holds `rare`. */
async function manyRows(count: number): Promise<string> {
  const folder = join(await temporaryFolder(), 'many');
  const appender = Appender.create(folder, manifest());
  for (let first = 0; first < count; first += 100_000)
    appendRows(
      appender,
      Array.from({ length: 100_000 }, (_, i) => ({
        payload: `{"n":${first + i},"word":"${(first + i) % 1000 === 0 ? 'rare' : 'usual'}"}`,
      })),
    );
  appender.close();
  return folder;
}

describe('a search of a recording', () => {
  it('returns its hits in order, as rows with marked matches', async () => {
    const { engine } = await testEngine();
    const folder = await recordingOf([
      { payload: 'no' },
      { payload: 'a\nyes', time: 5 },
      { payload: 'yes yes', direction: 'out' },
      { payload: 'no' },
      { payload: 'x'.repeat(300) + 'yes' },
    ]);
    const search = engine.search(folder, plain('yes'));
    await settled(search);
    expect(search.state).toEqual({ hits: 3, scanned: 5, total: 5, done: true, skipped: 0, error: undefined });
    const hits = await search.hits(0, 10);
    expect(hits.map(({ seq, marks }) => [seq, marks])).toEqual([
      [1, [[2, 5]]],
      [
        2,
        [
          [0, 3],
          [4, 7],
        ],
      ],
      [4, []],
    ]);
    expect(hits[0]).toMatchObject({ time: 5, kind: 'text', direction: 'in', size: 5 });
    expect(hits[0]!.preview).toBe(makeVisible('a\nyes'));
    expect((await search.hits(1, 1)).map((hit) => hit.seq)).toEqual([2]);
    expect(await search.hits(3, 10)).toEqual([]);
    expect(await numbers(search)).toEqual([1, 2, 4]);
  });

  it('returns the next and the previous hit of any row', async () => {
    const { engine } = await testEngine();
    const folder = await recordingOf(['a', 'b', 'a', 'b', 'b'].map((payload) => ({ payload })));
    const search = engine.search(folder, plain('a'));
    await settled(search);
    expect(await Promise.all([0, 1, 2, 3, 99].map((seq) => search.position(seq)))).toEqual([0, 1, 1, 2, 2]);
  });

  it('filters without a text, within a range of rows', async () => {
    const { engine } = await testEngine();
    const folder = await recordingOf(
      Array.from({ length: 10 }, (_, i) => ({
        payload: 'x'.repeat(i),
        direction: i % 2 === 0 ? ('in' as const) : ('out' as const),
      })),
    );
    const search = engine.search(folder, { directions: ['in'], minSize: 1 }, { from: 3, to: 9 });
    await settled(search);
    expect(search.state).toMatchObject({ scanned: 6, total: 6 });
    expect(await numbers(search)).toEqual([4, 6, 8]);
    expect((await search.hits(0, 1))[0]).toMatchObject({ seq: 4, marks: [] });
  });

  it('finds integers of any length by their text, while a JSONPath compares doubles', async () => {
    const { engine } = await testEngine();
    const big = ['12345678901234567890', '12345678901234567891'];
    const folder = await recordingOf(big.map((id) => ({ payload: `{"id":${id},"price":1.0}` })));
    const byPath = engine.search(folder, textQuery('jsonpath', `$[?$.id == ${big[0]}]`));
    const byText = engine.search(folder, plain(big[0]!));
    await Promise.all([settled(byPath), settled(byText)]);
    expect(await numbers(byPath)).toEqual([0, 1]);
    expect(await numbers(byText)).toEqual([0]);
    expect((await byPath.hits(0, 2)).map((hit) => hit.preview)).toEqual(
      big.map((id) => `{"id":${id},"price":1.0}`),
    );
  });

  it('reports why it is not possible', async () => {
    const { engine, errors } = await testEngine();
    const folder = await recordingOf([{ payload: 'a' }]);
    const bad = engine.search(folder, textQuery('regex', 'a('));
    const missing = engine.search(join(folder, 'missing'), plain('a'));
    await Promise.all([settled(bad), settled(missing)]);
    expect(bad.state.error).toMatchObject({ code: 'call.invalid', message: /at character 2/ });
    expect(missing.state.error).toMatchObject({ code: 'file.invalid', message: /missing/ });
    expect(await bad.hits(0, 10)).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('streams its first hits while it still runs, and answers for them', { timeout: 120_000 }, async () => {
    const folder = await manyRows(1_000_000);
    const { engine } = await testEngine();
    // Row by row in decoded text: the slowest way.
    const search = engine.search(folder, textQuery('regex', '"rare"'));
    await when(search, () => search.state.hits > 1);
    expect(search.state.done).toBe(false);
    expect((await search.hits(0, 2)).map((hit) => hit.seq)).toEqual([0, 1000]);
    expect(await search.position(1)).toBe(1);
    expect(search.state.done).toBe(false);
    const scanned: number[] = [];
    search.onDidChange(() => scanned.push(search.state.scanned));
    await settled(search);
    expect(scanned).toEqual([...scanned].sort((a, b) => a - b));
    expect(search.state).toMatchObject({ hits: 1000, scanned: 1_000_000, total: 1_000_000 });
    expect(await numbers(search)).toEqual(Array.from({ length: 1000 }, (_, i) => i * 1000));

    const cancelled = engine.search(folder, textQuery('regex', '"rare"'));
    await when(cancelled, () => cancelled.state.hits > 0);
    const other = engine.search(folder, plain('rare'));
    await cancelled.dispose();
    const { scanned: before } = cancelled.state;
    await settled(other);
    expect(cancelled.state).toMatchObject({ done: false, scanned: before });
    expect(await cancelled.hits(0, 10)).toEqual([]);
    expect(other.state.hits).toBe(1000);
  });
});

describe('a search of a live session', () => {
  it('finds arriving messages, in order', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/ticker?rate=2000` });
    // Before there is a row, or even a file.
    const search = engine.search(session, {
      kinds: ['text'],
      text: { pattern: '"seq":\\d+', mode: 'regex', caseSensitive: true },
    });
    expect(search.state).toMatchObject({ hits: 0, done: true });
    await session.connect();
    await when(search, () => search.state.hits >= 1000);
    await session.disconnect();
    await when(search, () => search.state.done && search.state.total === session.rows);
    const found = await numbers(search);
    const rows = await session.readRows(0, 2000);
    expect(found.slice(0, 1000)).toEqual(
      rows
        .filter((row) => row.kind === 'text')
        .map((row) => row.seq)
        .slice(0, 1000),
    );
    expect(found.length).toBe(session.summary.in.messages);
  });

  it('skips rows that a clear hides', async () => {
    const [{ engine }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/echo` });
    const search = engine.search(session, { ...plain('x'), directions: ['out'] });
    await session.connect();
    await session.send(bytes('x1'));
    await session.send(bytes('x2'));
    await when(search, () => search.state.done && search.state.hits === 2);
    session.clear();
    await session.send(bytes('x3'));
    await when(search, () => search.state.done && search.state.hits === 1);
    expect((await search.hits(0, 10)).map((hit) => hit.preview)).toEqual(['x3']);
  });

  it('ends with its session, and lets go of its files', async () => {
    const [{ engine, errors }, server] = [await testEngine(), await demoServer()];
    const session = engine.create({ url: `${server.url}/echo` }, { keep: false });
    await session.connect();
    await session.send(bytes('x'));
    await until(session, () => session.rows >= 3);
    const search = engine.search(session, { ...plain('x'), kinds: ['text'] });
    await when(search, () => search.state.hits === 2);
    await engine.remove(session);
    expect(existsSync(session.folder!)).toBe(false);
    expect(await search.hits(0, 10)).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('is refused without a recording', async () => {
    const engine = new Engine({ workersFolder, onError: () => {} });
    const session = engine.create({ url: 'ws://127.0.0.1:1/' });
    expect(() => engine.search(session, plain('x'))).toThrow(/not recorded, so it cannot be searched/);
    await engine.dispose();
  });
});

describe('a pattern that never ends', () => {
  it(
    'is stopped after five seconds with the number of its row; others restart, and reading continues',
    { timeout: 60_000 },
    async () => {
      const { engine, errors } = await testEngine();
      const folder = await recordingOf([
        { payload: 'aaa' },
        { payload: `${'a'.repeat(40)}!` },
        { payload: 'b' },
      ]);
      const other = engine.search(folder, plain('b'));
      await settled(other);
      const stuck = engine.search(folder, textQuery('regex', '^(a+)+$'));
      const read = await engine.query.readPayload('read', folder, 2);
      expect([...read]).toEqual([...new TextEncoder().encode('b')]);
      expect(stuck.state).toMatchObject({ done: false, error: undefined });
      await settled(stuck);
      expect(stuck.state).toMatchObject({ hits: 0, done: false });
      expect(stuck.state.error).toEqual({
        code: 'call.timeout',
        message: expect.stringMatching(
          /^The pattern takes too long: the search got stuck at row 1\. Simplify it/,
        ),
      });
      expect(await stuck.hits(0, 10)).toEqual([]);

      await settled(other);
      expect(await numbers(other)).toEqual([2]);
      const next = engine.search(folder, textQuery('regex', '^a+$'));
      await settled(next);
      expect(await numbers(next)).toEqual([0]);
      expect(errors).toEqual([]);
    },
  );

  it('is stopped sooner if it is cancelled', { timeout: 60_000 }, async () => {
    const { engine, errors } = await testEngine();
    const folder = await recordingOf([{ payload: `${'a'.repeat(40)}!` }]);
    const stuck = engine.search(folder, textQuery('regex', '^(a+)+$'));
    // While the regular expression runs, the worker answers nothing else.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const started = performance.now();
    const next = engine.search(folder, plain('!'));
    await stuck.dispose();
    await settled(next);
    expect(next.state).toMatchObject({ hits: 1, done: true, error: undefined });
    expect(performance.now() - started).toBeLessThan(4500);
    expect(errors).toEqual([]);
  });
});
