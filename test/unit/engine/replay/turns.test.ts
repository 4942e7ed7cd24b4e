import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openReplayScript } from '../../../../src/engine/replay/replayScript.ts';
import type { Turn, TurnList } from '../../../../src/engine/replay/turns.ts';
import { recordingOf } from '../../../support/recordingOf.ts';
import { type TestRow } from '../../../support/recordings.ts';

const OPEN: TestRow = { kind: 'open', direction: 'none', payload: '{"status":101,"protocol":""}' };

async function turnsOf(rows: readonly TestRow[]): Promise<{ turns: TurnList; folder: string }> {
  const folder = await recordingOf([OPEN, ...rows]);
  const script = await openReplayScript(folder, 'server');
  onTestFinished(() => script.close());
  return { turns: script.turns, folder };
}

const dataOf = (turn: Turn | undefined): Uint8Array | undefined =>
  turn && 'data' in turn ? turn.data : undefined;

describe('the turns of a recording', () => {
  test('have each kind, in their order', async () => {
    const { turns } = await turnsOf([
      { direction: 'out', payload: 'a', time: 1000 },
      { kind: 'binary', direction: 'out', payload: 'bc', time: 1500 },
      { payload: '', time: 1500 },
      { kind: 'binary', payload: 'd', time: 4000 },
      { kind: 'ping', payload: 'beat', time: 4001 },
      { kind: 'close', payload: '{"code":4001,"reason":"enough"}', time: 5001 },
    ]);
    expect(turns.length).toBe(6);
    const found = Array.from({ length: 6 }, (_, index) => turns.get(index)!);
    expect(found).toMatchObject([
      { row: 1, does: 'expect', kind: 'text', after: 1, size: 1 },
      { row: 2, does: 'expect', kind: 'binary', after: 0.5, size: 2 },
      { row: 3, does: 'send', kind: 'text', after: 0, size: 0, fragments: undefined },
      { row: 4, does: 'send', kind: 'binary', after: 2.5, size: 1 },
      { row: 5, does: 'ping', after: 0.001 },
      { row: 6, does: 'close', after: 1, code: 4001, reason: 'enough' },
    ]);
    expect(found.map((turn) => Buffer.from(dataOf(turn) ?? []).toString())).toEqual([
      'a',
      'bc',
      '',
      'd',
      'beat',
      '',
    ]);
    expect([turns.get(6), turns.get(-1)]).toEqual([undefined, undefined]);
  });

  test('have payloads of every size across the read windows, in any order', async () => {
    const sizes = [0, 1, 65_536, 262_143, 1, 0, 300_000, 5, 262_144, 2, 1_000_000, 3];
    const { turns } = await turnsOf(
      sizes.map((size, index) => ({ kind: 'binary', payload: new Uint8Array(size).fill(index + 1) })),
    );
    for (const index of [...sizes.keys(), ...[...sizes.keys()].reverse(), 4, 10, 0, 8]) {
      const data = dataOf(turns.get(index))!;
      expect(data.length).toBe(sizes[index]);
      expect(data.every((byte) => byte === index + 1)).toBe(true);
    }
  });

  test('are found beyond the rows of one read', async () => {
    const count = 40_000;
    const { turns } = await turnsOf(
      Array.from({ length: count }, (_, n) => ({ payload: `${n}`, kind: n % 3 === 0 ? 'pong' : 'text' })),
    );
    expect(turns.length).toBe(count - Math.ceil(count / 3));
    for (const index of [0, 1, 999, 12_345, turns.length - 1, 5]) {
      const { row } = turns.get(index)!;
      expect(Buffer.from(dataOf(turns.get(index))!).toString()).toBe(`${row - 1}`);
      expect(row - 1).toBe(3 * Math.floor(index / 2) + 1 + (index % 2));
    }
  });

  test('take a few bytes each for many messages, and leave time for other work', async () => {
    const count = 300_000;
    const folder = await recordingOf([OPEN, ...Array<TestRow>(count).fill({ payload: 'x' })]);
    const before = process.memoryUsage().arrayBuffers;
    let rounds = 0;
    const work = setInterval(() => rounds++, 1);
    const script = await openReplayScript(folder, 'server');
    clearInterval(work);
    onTestFinished(() => script.close());
    expect(script.turns.length).toBe(count);
    expect(dataOf(script.turns.get(count - 1))).toEqual(Uint8Array.of(120));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(24 * count);
    expect(rounds).toBeGreaterThan(3);
  });

  test('take little memory, whatever they hold', async () => {
    const payload = new Uint8Array(1024 * 1024);
    const folder = await recordingOf([OPEN, ...Array.from({ length: 96 }, () => ({ payload }))]);
    const before = process.memoryUsage();
    const script = await openReplayScript(folder, 'server');
    onTestFinished(() => script.close());
    expect(script.turns.length).toBe(96);
    for (let index = 0; index < 96; index++) script.turns.get(index);
    const after = process.memoryUsage();
    const used = after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers;
    expect(used).toBeLessThan(24 * 1024 * 1024);
  });

  test.each(['index.bin', 'payload-0000.bin'])(
    'are reported where %s is cut during playback',
    async (file) => {
      const { turns, folder } = await turnsOf([{ payload: 'x'.repeat(300_000) }, { payload: 'y' }]);
      truncateSync(join(folder, file), 20);
      expect(() => dataOf(turns.get(1))).toThrow(expect.objectContaining({ code: 'file.invalid' }) as Error);
    },
  );
});
