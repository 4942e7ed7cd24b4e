import { describe, expect, it, vi } from 'vitest';
import type { Units } from '../../../src/engine/unitIndexes.ts';
import { DuplexError } from '../../../src/shared/errors.ts';
import type { CallQuery, TopicQuery, UnitOptions } from '../../../src/shared/unitIndexProtocol.ts';
import type { PanelQuery } from '../../../src/shared/panelProtocol.ts';
import type { Row } from '../../../src/shared/timeline.ts';
import type { UnitList } from '../../../src/shared/units.ts';
import { panelUnits, type UnitsSession } from '../../../src/vscode/panel/panelUnits.ts';

const row = (seq: number, kind: Row['kind'] = 'text'): Row => ({
  seq,
  time: 0,
  kind,
  direction: 'in',
  size: 1,
  stored: 1,
  flags: 0,
  preview: 'raw',
});
const list = (...summaries: string[]): UnitList => ({
  protocol: 'json-rpc',
  units: summaries.map((summary) => ({
    type: 'event',
    name: 'n',
    summary,
    range: { start: 0, end: 1 },
    problems: [],
  })),
  problems: [],
});

function fake(
  decode: Units['decode'],
  decodedAs: UnitsSession['summary']['decodedAs'] = { id: 'json-rpc', title: '' },
) {
  const readRows = vi.fn(async (from: number, count: number) => [row(from), row(from + count - 1)]);
  const session = { folder: '/r', options: { protocol: 'auto' }, summary: { decodedAs }, readRows };
  const opened: string[] = [];
  const dispose = vi.fn(async () => undefined);
  const open = (options: UnitOptions): Units => {
    const { protocol, pairs } = options;
    opened.push(pairs ? `${protocol} ${pairs.call} ${pairs.reply}` : protocol);
    const none = async () => [];
    const state = { rows: 1, total: 1, done: true };
    const page = async (from: number, count: number, query: CallQuery) => ({ total: 9, from, count, query });
    const unused = { figures: none, subscriptions: none, names: none };
    const nodes = async (query: TopicQuery, from: number, count: number) => ({ query, from, count });
    const under = async (path: string, most: number) => ({ names: [path], matches: most });
    return {
      decode,
      dispose,
      options,
      state,
      pairs: page,
      topics: nodes,
      topicsUnder: under,
      ...unused,
    } as unknown as Units;
  };
  const errors: DuplexError[] = [];
  const units = panelUnits(session as unknown as UnitsSession, open, (error) => errors.push(error));
  return { units, session, opened, dispose, errors };
}

describe('the rows of a panel', () => {
  it('come from the session with their summaries', async () => {
    const { units, session } = fake(async (rows) => rows.map((seq) => ({ row: seq, list: list(`m${seq}`) })));
    const rows = await units.calls.rows(3, 2);
    expect(session.readRows).toHaveBeenCalledWith(3, 2);
    expect(rows.map(({ seq, summary }) => [seq, summary])).toEqual([
      [3, 'm3'],
      [4, 'm4'],
    ]);
  });

  it.each<[string, number, number]>([
    ['rows before the first', -1, 1],
    ['half rows', 0.5, 1],
    ['more rows than a pull may have', 0, 2001],
    ['rows of no number', '0' as never, NaN],
  ])('cannot be %s', async (_what, from, count) => {
    const { units, session } = fake(async () => []);
    await expect(units.calls.rows(from, count)).rejects.toMatchObject({ code: 'call.invalid' });
    expect(session.readRows).not.toHaveBeenCalled();
  });
});

describe('the units of a panel', () => {
  it('give each message its summary, and one line for several units', async () => {
    const asked: (readonly number[])[] = [];
    const { units } = fake(async (rows) => {
      asked.push(rows);
      return [{ row: 1, list: list('a') }, { row: 2, list: list('b', 'c', 'd') }, { row: 4 }];
    });
    const rows = await units.withSummaries([row(0, 'open'), row(1), row(2, 'binary'), row(4)]);
    expect(rows.map(({ summary }) => summary)).toEqual([undefined, 'a', 'b (+2)', undefined]);
    expect(asked).toEqual([[1, 2, 4]]);
  });

  it('need no index without a protocol, nor for rows that are not messages', async () => {
    const none = fake(async () => [], undefined);
    Object.assign(none.session.summary, { decodedAs: undefined });
    await none.units.withSummaries([row(1)]);
    expect(await none.units.calls.decodeRow(1)).toBeUndefined();
    expect(await none.units.calls.conversation()).toMatchObject({ done: true, calls: [] });
    const some = fake(async () => []);
    await some.units.withSummaries([row(1, 'note')]);
    expect([none.opened, some.opened]).toEqual([[], []]);
  });

  it('show the raw rows if decoding fails, and report why', async () => {
    const { units, errors } = fake(() => Promise.reject(new DuplexError('disk.full', 'Full.')));
    expect(await units.withSummaries([row(1)])).toEqual([row(1)]);
    expect(errors).toMatchObject([{ code: 'disk.full' }]);
  });

  it('are indexed again for another protocol, and end with the panel', async () => {
    const { units, session, opened, dispose } = fake(async () => []);
    await units.withSummaries([row(1)]);
    session.options.protocol = 'ocpp';
    await units.withSummaries([row(1)]);
    await units.withSummaries([row(1)]);
    expect([opened, dispose.mock.calls.length]).toEqual([['auto', 'ocpp'], 1]);
    await units.dispose();
    expect(dispose).toHaveBeenCalledTimes(2);
  });

  it('cut long texts, and refuse calls that no page makes', async () => {
    const content = 'x'.repeat(2 * 1024 * 1024);
    const [unit] = list('a').units;
    const { units } = fake(async () => [
      { row: 1, list: { ...list(), units: [{ ...unit!, payload: { form: 'text', content } }] } },
    ]);
    const decoded = await units.calls.decodeRow(1);
    expect(decoded?.units[0]?.payload?.content.length).toBe(1024 * 1024 + 1);
    await expect(units.calls.decodeRow('1' as never)).rejects.toMatchObject({ code: 'call.invalid' });
    const path = '$'.padEnd(2000, '.a');
    for (const [query, count] of [
      [{}, 1e9],
      [{ name: 7 }, 1],
      [{ pairs: {} }, 1],
      [{ pairs: { call: '$.a', reply: path } }, 1],
      [{ pairs: { call: '$..a', reply: '$.b' } }, 1],
    ] as const) {
      await expect(units.calls.callPairs(query as never, 0, count)).rejects.toMatchObject({
        code: 'call.invalid',
      });
    }
  });

  it('are paired by two paths in an index of their own, also without a protocol', async () => {
    const { units, session, opened, dispose } = fake(async () => []);
    await units.withSummaries([row(1)]);
    const pairs = { call: '$.q', reply: '$.a' };
    expect(await units.calls.conversation(pairs)).toMatchObject({ rows: 1, done: true });
    const query = { pairs, unanswered: true, name: 'n' };
    expect(await units.calls.callPairs(query, 3, 4)).toEqual({
      total: 9,
      from: 3,
      count: 4,
      query: { unanswered: true, name: 'n' },
    });
    await units.withSummaries([row(1)]);
    expect([opened, dispose.mock.calls.length]).toEqual([['auto', 'auto $.q $.a'], 0]);
    await units.calls.conversation({ call: '$.q', reply: '$.b' });
    expect([opened.at(-1), dispose.mock.calls.length]).toEqual(['auto $.q $.b', 1]);
    Object.assign(session.summary, { decodedAs: undefined });
    await units.calls.conversation(pairs);
    expect(opened).toHaveLength(4);
    await expect(units.calls.conversation({ call: '$..q', reply: '$.b' })).rejects.toThrow(
      '“$..q” is not a path to one value',
    );
    await units.dispose();
    expect(dispose).toHaveBeenCalledTimes(4);
  });

  it('narrow a search by type and name, and by heartbeats, if a protocol is known', async () => {
    const { units } = fake(async () => []);
    const gate = async (query: PanelQuery) => {
      const { only, without } = (await units.gate(query))!;
      return { ...(only && { only }), ...(without && { without }) };
    };
    expect(await units.gate({ directions: ['in'] })).toBeUndefined();
    expect(await gate({ units: { names: ['chat'] } })).toEqual({ only: { names: ['chat'], byCall: true } });
    expect(await gate({ folds: true })).toEqual({ without: { heartbeats: true } });
    expect(await gate({ folds: true, units: { types: ['call'] } })).toEqual({
      only: { types: ['call'], byCall: true },
      without: { heartbeats: true },
    });
  });

  it('narrow nothing without a protocol, and fail if units were named', async () => {
    const { units, session } = fake(async () => []);
    Object.assign(session.summary, { decodedAs: undefined });
    expect(await units.gate({ folds: true })).toBeUndefined();
    await expect(units.gate({ units: { names: ['chat'] } })).rejects.toThrow(/^No protocol is known yet/);
    expect(await units.calls.unitCounts('')).toEqual({ types: [], names: [], matches: 0 });
  });

  it('refuse a filter of names that is no text', async () => {
    const { units } = fake(async () => []);
    for (const filter of [undefined, 7, 'x'.repeat(3000)] as never[])
      await expect(units.calls.unitCounts(filter)).rejects.toMatchObject({ code: 'call.invalid' });
  });

  it('give a range of the topics with the progress, and the topics of a node', async () => {
    const { units, session } = fake(async () => []);
    const query = { closed: ['a'], active: 'b' };
    expect(await units.calls.topics(query, 3, 4)).toEqual({
      progress: { rows: 1, total: 1, done: true },
      page: { query, from: 3, count: 4 },
    });
    expect(await units.calls.topicsUnder('a/b')).toEqual({ names: ['a/b'], matches: 100 });
    Object.assign(session.summary, { decodedAs: undefined });
    expect(await units.calls.topics({ closed: [] }, 0, 9)).toEqual({
      progress: { rows: 0, total: 0, done: true },
      page: { total: 0, active: -1, nodes: [], topics: 0, others: 0 },
    });
    expect(await units.calls.topicsUnder('a')).toEqual({ names: [], matches: 0 });
  });

  it('refuse invalid arguments for the tree', async () => {
    const { units } = fake(async () => []);
    const { calls } = units;
    for (const query of [
      undefined,
      {},
      { closed: 'a' },
      { closed: [7] },
      { closed: ['x'.repeat(3000)] },
      { closed: Array.from({ length: 1001 }, () => 'a') },
      { closed: [], active: 7 },
    ] as never[])
      await expect(calls.topics(query, 0, 1)).rejects.toMatchObject({ code: 'call.invalid' });
    for (const [from, count] of [
      [-1, 1],
      [0, 1e9],
      [0.5, 1],
    ] as const)
      await expect(calls.topics({ closed: [] }, from, count)).rejects.toMatchObject({ code: 'call.invalid' });
    await expect(calls.topicsUnder(7 as never)).rejects.toMatchObject({ code: 'call.invalid' });
  });
});
