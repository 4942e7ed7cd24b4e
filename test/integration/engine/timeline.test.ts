import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import type { Session } from '../../../src/engine/session.ts';
import { DuplexError } from '../../../src/shared/errors.ts';
import { demoServer, testEngine, until } from '../../support/engine.ts';
import { temporaryFolder } from '../../support/folders.ts';

// Tests the calls of a panel's timeline through the real workers, while a session is open.

let engine: Engine;
let session: Session;
let folder: string;

beforeEach(async () => {
  const { url } = await demoServer();
  ({ engine } = await testEngine());
  folder = join(await temporaryFolder(), 'recording');
  session = engine.create({ url: `${url}/burst?n=1000&size=100`, deflate: false }, { folder });
  await session.connect();
  await until(session, () => session.summary.state === 'closed' && session.rows >= 1002);
});

describe('the timeline of a session', () => {
  it('finds the row at a time', async () => {
    const rows = await session.readRows(0, 1_002);
    const time = rows[500]!.time;
    expect(await session.rowAtTime(time)).toBe(rows.findIndex((row) => row.time >= time));
    expect(await session.rowAtTime(0)).toBe(0);
    expect(await session.rowAtTime(1e12)).toBe(session.rows);
  });

  it('adds up rows, those of a search too', async () => {
    expect(await engine.query.statistics(folder, { from: 1, end: 11 })).toMatchObject({
      rows: 10,
      in: { messages: 10, bytes: 1_000 },
    });
    expect(await engine.query.statistics(folder)).toMatchObject({ in: { messages: 1_000, bytes: 100_000 } });
    const numbers = Float64Array.of(1, 500, 1_000);
    expect(await engine.query.statistics(folder, { numbers })).toMatchObject({ rows: 3 });
  });

  it('is copied as text, or refused with what to do', async () => {
    const text = await engine.query.text(folder, { from: 0, end: 3 }, 1_000);
    const lines = new TextDecoder().decode(text).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { n: number }).n)).toEqual([0, 1]);
    await expect(engine.query.text(folder, { from: 0, end: 1_000 }, 1_000)).rejects.toThrow(DuplexError);
  });

  it('is saved as the lines that the command line prints', async () => {
    const target = join(folder, '..', 'saved.jsonl');
    const set = { from: 0, end: session.rows };
    const { rows } = await engine.query.saveRows('job', folder, set, 'jsonl', target);
    expect(rows).toBe(session.rows);
    const lines = (await readFile(target, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(session.rows);
    expect(JSON.parse(lines[0]!)).toMatchObject({ seq: 0, kind: 'open', status: 101 });
    expect(JSON.parse(lines[1]!)).toMatchObject({ seq: 1, dir: 'in', kind: 'text', size: 100 });
  });

  it('is counted over time, on from where the last answer stopped', async () => {
    const total = (means: readonly number[], width: number): number =>
      Math.round(means.reduce((sum, mean) => sum + (mean * width) / 1e6, 0));
    const part = await engine.query.rates('panel', folder, 0, 500);
    expect(part.next).toBe(500);
    expect(total(part.in.mean, part.width)).toBe(499);
    const all = await engine.query.rates('panel', folder, 0, session.rows);
    expect(total(all.in.mean, all.width)).toBe(1_000);
    await engine.query.endRates('panel');
    const cleared = await engine.query.rates('panel', folder, 901, session.rows);
    expect(total(cleared.in.mean, cleared.width)).toBe(100);
  });
});
