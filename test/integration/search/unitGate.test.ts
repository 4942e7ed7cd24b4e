import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import type { Search } from '../../../src/engine/search.ts';
import type { UnitGate } from '../../../src/engine/unitGate.ts';
import { Appender } from '../../../src/recording/write/appender.ts';
import type { Query } from '../../../src/shared/queryProtocol.ts';
import { FLAG } from '../../../src/shared/timeline.ts';
import type { UnitQuery } from '../../../src/shared/unitIndexProtocol.ts';
import { testEngine } from '../../support/engine.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { appendRows, manifest } from '../../support/recordings.ts';
import type { TestRow } from '../../support/recordings.ts';

const OPEN: TestRow = {
  payload: '{"status":101,"protocol":"","extensions":"","headers":[]}',
  kind: 'open',
  direction: 'none',
};

/** A chat with a heartbeat, a call and an automatic message of Duplex. */
const ROWS: TestRow[] = [
  OPEN,
  { payload: '40', direction: 'out', flags: FLAG.automatic },
  { payload: '42["chat","a needle"]' },
  { payload: '2' },
  { payload: '3', direction: 'out', flags: FLAG.automatic },
  { payload: '427["ask",1]', direction: 'out' },
  { payload: '437["yes"]' },
  { payload: '42["tick",1]' },
  { payload: 'x', kind: 'ping' },
  { payload: '42["chat","b"]', direction: 'out' },
  // A message that was cut off is a fault, which is never folded.
  { payload: '3', direction: 'out', flags: FLAG.automatic | FLAG.truncated },
  { payload: '42["broken",]' },
];

async function recorded(rows: readonly TestRow[]): Promise<{ folder: string; appender: Appender }> {
  const folder = join(await temporaryFolder(), 'recording');
  const appender = Appender.create(folder, manifest({ url: 'ws://h/socket.io/?EIO=4' }));
  appendRows(appender, rows);
  return { folder, appender };
}

async function done(search: Search): Promise<void> {
  while (!search.state.done && !search.state.error) {
    await new Promise<void>((resolve) => {
      const stop = search.onDidChange(() => {
        stop();
        resolve();
      });
    });
  }
}

/** The hits of a search that is narrowed as the panel narrows it. */
async function found(engine: Engine, folder: string, query: Query, units?: UnitQuery) {
  const index = engine.units(folder, { protocol: 'auto', pairs: undefined });
  const gate: UnitGate = {
    units: index,
    ...(units && { only: { ...units, byCall: true } }),
    ...(query.folds && { without: { heartbeats: true } }),
  };
  const search = engine.search(folder, query, { gate });
  await done(search);
  const numbers = [...(await search.hitNumbers(0, Infinity))];
  const { folded, error } = search.state;
  await search.dispose();
  await index.dispose();
  return { numbers, folded, error };
}

const plain = (pattern: string): Pick<Query, 'text'> => ({
  text: { pattern, mode: 'plain', caseSensitive: true },
});

describe('a search that units narrow', () => {
  it('finds the rows of a name with the replies to its calls, of a type, and of both', async () => {
    const { engine } = await testEngine();
    const { folder, appender } = await recorded(ROWS);
    appender.close();
    const rows = async (units: UnitQuery, query: Query = {}): Promise<number[]> =>
      (await found(engine, folder, query, units)).numbers;
    expect(await rows({ names: ['chat'] })).toEqual([2, 9]);
    expect(await rows({ names: ['ask'] })).toEqual([5, 6]);
    expect(await rows({ names: ['ask', 'tick'] })).toEqual([5, 6, 7]);
    expect(await rows({ types: ['call'] })).toEqual([5]);
    expect(await rows({ types: ['reply'], names: ['ask'] })).toEqual([6]);
    expect(await rows({ names: ['nothing'] })).toEqual([]);
    expect(await rows({ types: [] })).toEqual([]);
  });

  it('combines them with direction, kind and text', async () => {
    const { engine } = await testEngine();
    const { folder, appender } = await recorded(ROWS);
    appender.close();
    const chat = { names: ['chat'] };
    const rows = async (query: Query): Promise<number[]> =>
      (await found(engine, folder, query, chat)).numbers;
    expect(await rows({ directions: ['out'] })).toEqual([9]);
    expect(await rows({ kinds: ['binary'] })).toEqual([]);
    expect(await rows(plain('needle'))).toEqual([2]);
    expect(await rows(plain('tick'))).toEqual([]);
    expect(await rows({ text: { pattern: 'b"', mode: 'regex', caseSensitive: true } })).toEqual([9]);
  });

  it('folds heartbeats, pings and automatic messages, and never a fault', async () => {
    const { engine } = await testEngine();
    const { folder, appender } = await recorded(ROWS);
    appender.close();
    expect(await found(engine, folder, { folds: true })).toEqual({
      numbers: [0, 2, 5, 6, 7, 9, 10, 11],
      folded: 4,
      error: undefined,
    });
    // Rows that another filter leaves out are not folded.
    expect(await found(engine, folder, { folds: true, directions: ['out'] })).toMatchObject({
      numbers: [5, 9, 10],
      folded: 2,
    });
    const controls = await found(engine, folder, { folds: true }, { types: ['control'] });
    expect(controls).toMatchObject({ folded: 3 });
    expect(controls.numbers).not.toContain(3);
    expect((await found(engine, folder, { folds: true, ...plain('2') })).folded).toBeUndefined();
  });

  it('shows a heartbeat that shares its message with a fault', async () => {
    const { engine } = await testEngine();
    const { folder, appender } = await recorded([
      { ...OPEN, payload: '{"status":101,"protocol":"v12.stomp","extensions":"","headers":[]}' },
      { payload: '\n' },
      { payload: '\n\nNO STOMP\u0000' },
    ]);
    appender.close();
    expect(await found(engine, folder, { folds: true })).toMatchObject({ numbers: [0, 2], folded: 1 });
  });

  it('continues with the index of a growing recording', async () => {
    const { engine } = await testEngine();
    const { folder, appender } = await recorded(ROWS);
    const index = engine.units(folder, { protocol: 'auto', pairs: undefined });
    const search = engine.search(
      folder,
      { folds: true },
      { gate: { units: index, only: { names: ['chat'] }, without: { heartbeats: true } } },
    );
    await done(search);
    expect([...(await search.hitNumbers(0, 9))]).toEqual([2, 9]);
    appendRows(appender, [{ payload: '42["tick"]' }, { payload: '2' }, { payload: '42["chat"]' }]);
    search.extend();
    expect(search.state.done).toBe(true);
    index.extend();
    while (search.state.hits < 3 || !search.state.done) {
      await new Promise<void>((resolve) => {
        const stop = search.onDidChange(() => {
          stop();
          resolve();
        });
      });
    }
    expect([...(await search.hitNumbers(0, 9))]).toEqual([2, 9, 14]);
    appender.close();
  });

  it('agrees with a plain loop over many rows and blocks', async () => {
    const { engine } = await testEngine();
    const many: TestRow[] = Array.from({ length: 70_000 }, (_, i) => ({
      payload: i % 5 === 0 ? '2' : `42["${i % 3 === 0 ? 'a' : 'b'}",${i}]`,
    }));
    const { folder, appender } = await recorded([OPEN, ...many]);
    appender.close();
    const expected = many.flatMap((_, i) => (i % 5 !== 0 && i % 3 === 0 ? [i + 1] : []));
    const result = await found(engine, folder, { folds: true }, { names: ['a'] });
    expect(result.numbers).toEqual(expected);
    expect((await found(engine, folder, { folds: true })).folded).toBe(14_000);
  });

  it('counts types and names, replies under the name of their call', async () => {
    const { engine } = await testEngine();
    const { folder, appender } = await recorded(ROWS);
    appender.close();
    const index = engine.units(folder, { protocol: 'auto', pairs: undefined });
    await index.ready();
    const { types, names, matches } = await index.counts('', 100);
    expect(types).toContainEqual({ type: 'call', count: 1 });
    expect(types).toContainEqual({ type: 'reply', count: 1 });
    expect(names).toContainEqual({ name: 'ask', count: 2 });
    expect(names).toContainEqual({ name: 'chat', count: 2 });
    expect(matches).toBe(names.length);
    expect(await index.counts('CHA', 100)).toMatchObject({ names: [{ name: 'chat', count: 2 }], matches: 1 });
    expect((await index.counts('', 1)).names).toHaveLength(1);
    await index.dispose();
  });
});
