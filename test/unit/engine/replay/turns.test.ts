import { describe, expect, test } from 'vitest';
import { type Turn, Turns } from '../../../../src/engine/replay/turns.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const when = (row: number) => ({ row, after: row / 8, at: 1_790_000_000_000.25 + row });

describe('a list of turns', () => {
  test('returns the added turns of each kind', () => {
    const given: Turn[] = [
      { ...when(1), does: 'expect', kind: 'text', data: bytes('a') },
      { ...when(2), does: 'expect', kind: 'binary', data: bytes('bc') },
      { ...when(5), does: 'send', kind: 'text', data: bytes('') },
      { ...when(6), does: 'send', kind: 'binary', data: bytes('d') },
      { ...when(7), does: 'ping', data: bytes('beat') },
    ];
    const turns = new Turns();
    for (const turn of given) if (!('code' in turn)) turns.add(turn);
    const end: Turn = { ...when(9), does: 'close', code: 4001, reason: 'enough' };
    turns.finish(end);
    expect([...turns]).toEqual([...given, end]);
    expect(turns.length).toBe(6);
    expect(turns.get(5)).toEqual(end);
    expect([turns.get(6), turns.get(-1)]).toEqual([undefined, undefined]);
    expect(turns.range(4, 99)).toEqual([given[4], end]);
    expect(turns.range(6, 9)).toEqual([]);
  });

  test('is empty at first', () => {
    const turns = new Turns();
    expect([turns.length, turns.get(0), [...turns], turns.range(0, 5)]).toEqual([0, undefined, [], []]);
    turns.compact();
    turns.add({ ...when(0), does: 'ping', data: bytes('') });
    expect(turns.get(0)).toMatchObject({ does: 'ping', data: new Uint8Array() });
  });

  test('copies payloads: the caller may use its buffer again', () => {
    const turns = new Turns();
    for (const size of [3, 100_000]) {
      const data = new Uint8Array(size).fill(7);
      const index = turns.add({ ...when(0), does: 'send', kind: 'binary', data });
      data.fill(0);
      expect(turns.get(index)).toMatchObject({ data: new Uint8Array(size).fill(7) });
    }
  });

  test('keeps payloads of every size: those that fill a chunk, exceed one, or are empty', () => {
    const turns = new Turns();
    const sizes = [0, 1, 65_536, 65_537, 0, 300_000, 0, 65_536, 65_536, 65_536, 65_536, 1, 262_144, 2];
    for (const [index, size] of sizes.entries())
      turns.add({
        ...when(index),
        does: 'expect',
        kind: 'binary',
        data: new Uint8Array(size).fill(index + 1),
      });
    for (const [index, size] of sizes.entries()) {
      const turn = turns.get(index);
      const data = turn && 'data' in turn ? turn.data : undefined;
      expect(data?.length).toBe(size);
      expect(data?.every((byte) => byte === index + 1)).toBe(true);
    }
  });

  test('loses dropped turns only', () => {
    const turns = new Turns();
    const added = ['a', 'b', 'c', 'd'].map((text, row) =>
      turns.add({ ...when(row), does: 'send', kind: 'text', data: bytes(text) }),
    );
    turns.drop(added[1]!);
    turns.drop(added[3]!);
    turns.compact();
    turns.finish({ ...when(9), does: 'end', code: 1000, reason: '' });
    expect([...turns].map(({ row }) => row)).toEqual([0, 2, 9]);
    expect(turns.get(1)).toMatchObject({ data: bytes('c') });
  });

  test('replaces the message of a turn, and keeps its place and times', () => {
    const turns = new Turns();
    for (const row of [3, 5, 8]) turns.add({ ...when(row), does: 'send', kind: 'text', data: bytes('old') });
    turns.add({ ...when(9), does: 'ping', data: bytes('beat') });
    expect([turns.indexOfRow(5), turns.indexOfRow(4)]).toEqual([1, -1]);
    turns.replace(1, 'binary', bytes('longer than before'));
    expect(turns.get(1)).toEqual({
      ...when(5),
      does: 'send',
      kind: 'binary',
      data: bytes('longer than before'),
    });
    expect(turns.get(0)).toMatchObject({ kind: 'text', data: bytes('old') });
    // A ping is no message.
    turns.replace(3, 'text', bytes('x'));
    turns.replace(99, 'text', bytes('x'));
    expect(turns.get(3)).toMatchObject({ does: 'ping', data: bytes('beat') });
    expect(turns.length).toBe(4);
  });

  test('takes little more memory than its payloads', () => {
    const before = process.memoryUsage();
    const turns = new Turns();
    const data = new Uint8Array(40);
    for (let row = 0; row < 500_000; row++) turns.add({ ...when(row), does: 'send', kind: 'text', data });
    const after = process.memoryUsage();
    const used = after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers;
    // 96 bytes for each, and room for the growth of the columns; an object for each took 900.
    expect(used / turns.length).toBeLessThan(300);
  });
});
