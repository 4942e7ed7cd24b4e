import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import type { Units } from '../../../src/engine/unitIndexes.ts';
import { Appender } from '../../../src/recording/write/appender.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { demoServer, testEngine, workersFolder } from '../../support/engine.ts';
import { appendRows, manifest } from '../../support/recordings.ts';
import type { TestRow } from '../../support/recordings.ts';
import { duplex, jsonLines } from '../cliProcess.ts';

const OPEN = '{"status":101,"protocol":"","extensions":"","headers":[]}';
const PROTOCOL = { protocol: 'auto', pairs: undefined };

const call = (id: number | string, method = 'add', time = 0): TestRow => ({
  payload: JSON.stringify({ jsonrpc: '2.0', id, method, params: [id] }),
  direction: 'out',
  time,
});
const reply = (id: number | string, time = 0, result: unknown = 1): TestRow => ({
  payload: JSON.stringify({ jsonrpc: '2.0', id, result }),
  time,
});
const open: TestRow = { payload: OPEN, kind: 'open', direction: 'none' };

/** Ten calls of `add`, the last one unanswered, and one of `sub` that fails. */
const rows: TestRow[] = [
  open,
  ...Array.from({ length: 10 }, (_, i) => [call(i, 'add', i * 1000), reply(i, i * 1000 + (i + 1) * 10)])
    .flat()
    .slice(0, -1),
  { ...call('x', 'sub', 20_000) },
  { payload: '{"jsonrpc":"2.0","id":"x","error":{"code":-32601,"message":"no"}}', time: 20_500 },
  { payload: '{"jsonrpc":"2.0","method":"tick","params":[]}', time: 21_000 },
];

async function recorded(
  parts: readonly TestRow[],
  parent?: string,
  change: Parameters<typeof manifest>[0] = {},
): Promise<string> {
  const folder = join(parent ?? (await temporaryFolder()), 'recording');
  const appender = Appender.create(folder, manifest(change));
  appendRows(appender, parts);
  appender.close();
  return folder;
}

/** The facts of an index that tests compare. */
async function told(units: Units) {
  await units.ready();
  return {
    names: await units.names(),
    figures: await units.figures(),
    pairs: (await units.pairs(0, 100)).pairs,
  };
}

describe('the index of units', () => {
  it('pairs calls with their replies, and gives percentiles and counts by name', async () => {
    const { engine } = await testEngine();
    const units = engine.units(await recorded(rows), PROTOCOL);
    const { names, figures, pairs } = await told(units);
    expect(units.state).toMatchObject({
      done: true,
      protocol: 'json-rpc',
      reason: 'JSON-RPC 2.0: first message with jsonrpc',
      units: 22,
    });
    expect(names[0]).toEqual({ type: 'call', name: 'add', count: 10 });
    expect(figures).toEqual([
      { name: 'add', calls: 10, errors: 0, unanswered: 1, p50: 50, p95: 90, p99: 90, max: 90 },
      { name: 'sub', calls: 1, errors: 1, unanswered: 0, p50: 500, p95: 500, p99: 500, max: 500 },
    ]);
    expect(pairs[1]).toEqual({
      row: 3,
      name: 'add',
      sent: true,
      reply: { row: 4, latency: 20, isError: false },
    });
    expect(await units.pairs(0, 10, { unanswered: true })).toEqual({
      total: 1,
      pairs: [{ row: 19, name: 'add', sent: true }],
    });
    expect(await units.pairs(8, 1, { name: 'add' })).toMatchObject({ total: 10, pairs: [{ row: 17 }] });
    expect(await units.pairs(0, 1, { name: 'other' })).toEqual({ total: 0, pairs: [] });
    expect([...(await units.rowsWith({ names: ['sub'] }, 0, 10))]).toEqual([20]);
    expect([...(await units.rowsWith({ types: ['reply', 'error'] }, 5, 3))]).toEqual([6, 8, 10]);
  });

  it('decodes rows at random, also of a stateful stream', async () => {
    const { engine } = await testEngine();
    const binary = Array.from({ length: 300 }, (_, i): TestRow[] => [
      { payload: `451-["file",${i},{"_placeholder":true,"num":0}]` },
      { payload: new Uint8Array([i % 256]), kind: 'binary' },
    ]).flat();
    const folder = join(await temporaryFolder(), 'recording');
    const appender = Appender.create(folder, manifest({ url: 'ws://h/socket.io/?EIO=4' }));
    appendRows(appender, [open, ...binary]);
    appender.close();
    const units = engine.units(folder, PROTOCOL);
    await units.ready();
    const decoded = await units.decode([0, 1, 2, 399, 400, 600]);
    expect(decoded.map(({ list }) => list?.units[0]?.payload?.content)).toEqual([
      undefined,
      undefined,
      '[0,{"$base64":"AA=="}]',
      undefined,
      '[199,{"$base64":"xw=="}]',
      '[299,{"$base64":"Kw=="}]',
    ]);
  });

  it('ends pairs and subscriptions with their connection, and opens a stream by its reply', async () => {
    const { engine } = await testEngine();
    const subscribed: TestRow[] = [
      open,
      call(1, 'eth_subscribe'),
      reply(1, 10, '0xabc'),
      ...[0, 1, 2].map((i) => ({
        payload: `{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0xabc","result":${i}}}`,
        time: i * 500_000,
      })),
    ];
    const units = engine.units(await recorded(subscribed), PROTOCOL);
    await units.ready();
    expect(await units.subscriptions()).toEqual([
      { name: 'eth_subscribe', stream: '"0xabc"', row: 1, events: 3, rate: 2 },
    ]);
    const again = engine.units(await recorded([...subscribed, call(7), open, reply(7)]), PROTOCOL);
    await again.ready();
    expect(await again.subscriptions()).toMatchObject([{ row: 1, events: 3, end: 7 }]);
    expect(await again.pairs(0, 9, { unanswered: true })).toMatchObject({
      total: 1,
      pairs: [{ name: 'add' }],
    });
  });

  it('pairs by two JSONPaths, also without a protocol', async () => {
    const { engine } = await testEngine();
    const folder = await recorded([
      open,
      { payload: '{"q":1}', direction: 'out', time: 100 },
      { payload: '{"q":2}', direction: 'out', time: 200 },
      { payload: '{"a":2}', time: 260 },
      { payload: 'no JSON', time: 300 },
    ]);
    const units = engine.units(folder, { protocol: 'auto', pairs: { call: '$.q', reply: '$.a' } });
    await units.ready();
    expect((await units.pairs(0, 9)).pairs).toEqual([
      { row: 1, name: '', sent: true },
      { row: 2, name: '', sent: true, reply: { row: 3, latency: 60, isError: false } },
    ]);
    const wrong = engine.units(folder, { protocol: 'auto', pairs: { call: '$..q', reply: '$.a' } });
    await expect(wrong.ready()).rejects.toThrow('“$..q” is not a path to one value');
  });
});

it('pairs from the side of a server if one recorded it', async () => {
  const { engine } = await testEngine();
  const mirrored = rows.map((row): TestRow =>
    row.kind === 'open' ? row : { ...row, direction: row.direction === 'out' ? 'in' : 'out' },
  );
  const units = engine.units(await recorded(mirrored, undefined, { role: 'server' }), PROTOCOL);
  const { figures, pairs } = await told(units);
  expect(figures[0]).toMatchObject({ name: 'add', calls: 10, unanswered: 1, p50: 50 });
  expect(pairs[1]).toMatchObject({ row: 3, sent: false, reply: { row: 4, latency: 20 } });
});

it('decodes with the tables of the user, and is rebuilt when one changes', async () => {
  const { engine, recordingsFolder } = await testEngine();
  const session = await engine.reopen(
    await recorded([open, { payload: '{"say":"hi"}' }], recordingsFolder, { protocol: 'my-feed' }),
  );
  const indexed = async (name: string): Promise<unknown> => {
    const rules = [{ type: 'event', name }] as const;
    const units = engine.units(session, {
      protocol: 'my-feed',
      pairs: undefined,
      tables: [{ id: 'my-feed', title: 'My feed', rules }],
    });
    await units.ready();
    const names = await units.names();
    const [decoded] = await units.decode([1]);
    await units.dispose();
    return [names, decoded?.list?.units[0]?.name];
  };
  expect(await indexed('$.say')).toEqual([[{ type: 'event', name: 'hi', count: 1 }], 'hi']);
  expect(await indexed('said')).toEqual([[{ type: 'event', name: 'said', count: 1 }], 'said']);
});

describe('the files of the index', () => {
  it('lie beside a recording of our own, are gone on with, and go with it', async () => {
    const { engine, recordingsFolder } = await testEngine();
    const server = await demoServer();
    const session = engine.create({ url: `${server.url}/echo` });
    await session.connect();
    const units = engine.units(session, PROTOCOL);
    for (let id = 0; id < 200; id++)
      await session.send({ kind: 'text', data: Buffer.from(String(call(id).payload)) });
    await expect.poll(() => session.rows).toBeGreaterThanOrEqual(401);
    await session.flush();
    await expect.poll(() => units.state.rows).toBe(session.rows);
    expect(units.state.units).toBe(400);
    const before = await units.names();
    await units.dispose();
    const folder = join(recordingsFolder, session.id, 'units');
    expect(JSON.parse(readFileSync(join(folder, 'units.json'), 'utf8'))).toMatchObject({ version: 4 });
    const again = engine.units(session, PROTOCOL);
    await again.ready();
    expect(await again.names()).toEqual(before);
    await engine.delete(session);
    expect(existsSync(join(recordingsFolder, session.id))).toBe(false);
  });

  it('are rebuilt if they are torn, foreign, hostile, of another version or protocol', async () => {
    const { engine, recordingsFolder, errors } = await testEngine();
    const folder = await recorded(rows, recordingsFolder);
    const session = await engine.reopen(folder);
    const index = join(folder, 'units');
    const first = engine.units(session, PROTOCOL);
    const expected = await told(first);
    await first.dispose();
    const header = JSON.parse(readFileSync(join(index, 'units.json'), 'utf8')) as Record<string, unknown>;
    const spoil: (() => void)[] = [
      () => writeFileSync(join(index, 'units.bin'), 'x'),
      () => writeFileSync(join(index, 'units.bin'), new Uint8Array(100_000).fill(255)),
      () => writeFileSync(join(index, 'names.jsonl'), '"a"\n'.repeat(5000)),
      () => writeFileSync(join(index, 'names.jsonl'), '{"a":1}\n'.repeat(5000)),
      () => writeFileSync(join(index, 'states.jsonl'), '{"row":-1,"state":"{}"}\n'.repeat(50)),
      () => writeFileSync(join(index, 'states.jsonl'), '{"row":0,"state":"null"}\n'.padEnd(5000, '\n')),
      () => writeFileSync(join(index, 'units.json'), '{'),
      () => writeFileSync(join(index, 'units.json'), 'null'),
      () => writeFileSync(join(index, 'units.json'), JSON.stringify({ ...header, version: 99 })),
      () => writeFileSync(join(index, 'units.json'), JSON.stringify({ ...header, records: 1e15 })),
      () => writeFileSync(join(index, 'units.json'), JSON.stringify({ ...header, rows: 1e6 })),
      () => writeFileSync(join(index, 'units.json'), JSON.stringify({ ...header, url: 'ws://other/' })),
      () => writeFileSync(join(index, 'units.json'), JSON.stringify({ ...header, protocol: 'none' })),
      () => rmSync(join(index, 'names.jsonl')),
      () => rmSync(index, { recursive: true }),
    ];
    for (const [number, act] of spoil.entries()) {
      act();
      const units = engine.units(session, PROTOCOL);
      expect(await told(units), `spoiled ${number}`).toEqual(expected);
      await units.dispose();
    }
    expect(errors).toEqual([]);
  });

  it('do not lie in a folder that is not our own, nor behind a link', async () => {
    const { engine, recordingsFolder } = await testEngine();
    const foreign = await recorded(rows);
    await told(engine.units(await engine.reopen(foreign), PROTOCOL));
    expect(existsSync(join(foreign, 'units'))).toBe(false);
    const own = join(recordingsFolder, 'linked');
    cpSync(foreign, own, { recursive: true });
    const elsewhere = await temporaryFolder();
    symlinkSync(elsewhere, join(own, 'units'));
    const { pairs } = await told(engine.units(await engine.reopen(own), PROTOCOL));
    expect(pairs).toHaveLength(11);
    expect(existsSync(join(elsewhere, 'units.json'))).toBe(false);
  });

  it('serve one index at a time: a second one of the same session is made elsewhere', async () => {
    const { engine, recordingsFolder } = await testEngine();
    const session = await engine.reopen(await recorded(rows, recordingsFolder));
    const [one, two] = [engine.units(session, PROTOCOL), engine.units(session, PROTOCOL)];
    expect(await told(two)).toEqual(await told(one));
  });
});

it('begins again after a crash of its worker, and says so', async () => {
  const folder = await recorded(rows);
  const dist = await temporaryFolder();
  const workers = join(dist, 'workers');
  mkdirSync(workers);
  symlinkSync(join(workersFolder, '../libraries'), join(dist, 'libraries'));
  const flag = join(dist, 'crashed');
  const crash = `const fs = require('node:fs');
if (!fs.existsSync(${JSON.stringify(flag)})) { fs.writeFileSync(${JSON.stringify(flag)}, ''); throw new Error('boom'); }
`;
  writeFileSync(join(workers, 'units.js'), crash + readFileSync(join(workersFolder, 'units.js'), 'utf8'));
  const errors: string[] = [];
  const engine = new Engine({ workersFolder: workers, onError: ({ message }) => errors.push(message) });
  const units = engine.units(folder, PROTOCOL);
  await expect.poll(() => units.state.done && units.state.units).toBe(22);
  expect((await units.pairs(0, 100)).total).toBe(11);
  expect(errors).toEqual(['The units worker crashed: boom']);
  await engine.dispose();
});

describe('duplex log --calls', () => {
  it('prints pairs and latencies, for people and as JSON', async () => {
    const folder = await recorded(rows);
    const { status, stdout, stderr } = await duplex(['log', folder, '--calls']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('#3 -> add  0.02 ms  reply #4\n');
    expect(stdout).toContain('#19 -> add  no reply\n');
    expect(stdout).toContain('#20 -> sub  0.50 ms  error #21\n');
    expect(stdout).toMatch(/\nname +calls +errors +unanswered +p50 +p95 +p99 +max\nadd +10 +0 +1 +0\.05 ms/);
    const json = jsonLines((await duplex(['log', folder, '--calls', '--json'])).stdout) as unknown[];
    expect(json[0]).toEqual({
      kind: 'call',
      name: 'add',
      dir: 'out',
      seq: 1,
      reply: 2,
      latency: 10,
      error: false,
    });
    expect(json.at(-1)).toMatchObject({ kind: 'latency', name: 'sub', calls: 1, errors: 1, p50: 500 });
    expect(existsSync(join(folder, 'units'))).toBe(false);
  });

  it('takes two paths, and says what is missing', async () => {
    const folder = await recorded([open, { payload: '{"q":1}', direction: 'out' }, { payload: '{"a":1}' }]);
    const found = await duplex(['log', folder, '--calls', '--call-id', '$.q', '--reply-id', '$.a', '--json']);
    expect(jsonLines(found.stdout)[0]).toMatchObject({ seq: 1, reply: 2 });
    const none = await duplex(['log', folder, '--calls']);
    expect([none.status, none.stderr]).toEqual([
      0,
      'duplex: No protocol was recognised: name one with --protocol, or the ids with --call-id and --reply-id.\n',
    ]);
    const half = await duplex(['log', folder, '--calls', '--call-id', '$.q']);
    expect([half.status, half.stderr]).toEqual([
      2,
      'duplex: --call-id and --reply-id go together: give both paths.\n',
    ]);
  });
});
