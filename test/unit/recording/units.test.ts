import { describe, expect, it } from 'vitest';
import { Checkpoints } from '../../../src/recording/units/checkpoints.ts';
import { Conversation } from '../../../src/recording/units/conversation.ts';
import { NameTable } from '../../../src/recording/units/nameTable.ts';
import {
  emptyUnit,
  OPENED,
  readUnit,
  typeNumber,
  UNIT_BYTES,
  UNIT_FLAG,
  unitRow,
  writeUnit,
} from '../../../src/recording/units/unitLayout.ts';

describe('a record of a unit', () => {
  it('is read as it was written, with rows and hashes beyond 32 bits', () => {
    const view = new DataView(new ArrayBuffer(3 * UNIT_BYTES));
    const unit = {
      row: 2 ** 40 + 7,
      type: typeNumber('reply'),
      flags: UNIT_FLAG.sent | UNIT_FLAG.replies,
      name: 3,
      stream: 4_000_000_000,
      hash: 2 ** 53 - 1,
      call: 9,
      latency: 1234,
    };
    writeUnit(view, 1, unit);
    const read = emptyUnit();
    readUnit(view, 1, read);
    expect(read).toEqual(unit);
    expect(unitRow(view, 1)).toBe(unit.row);
    readUnit(view, 2, read);
    expect(read).toEqual(emptyUnit());
  });

  it('keeps latencies of 71 minutes at most', () => {
    const view = new DataView(new ArrayBuffer(UNIT_BYTES));
    writeUnit(view, 0, { ...emptyUnit(), latency: 1e12 });
    const read = emptyUnit();
    readUnit(view, 0, read);
    expect(read.latency).toBe(2 ** 32 - 1);
  });
});

describe('the names', () => {
  it('have numbers, are written once and read back', () => {
    const table = new NameTable();
    expect([table.number(''), table.number('chat'), table.number('a\n"b"'), table.number('chat')]).toEqual([
      0, 2, 3, 2,
    ]);
    const lines = table.take();
    expect(table.take()).toBe('');
    table.number('late');
    expect(table.take()).toBe('"late"\n');
    const read = new NameTable(
      lines
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as string),
    );
    expect([read.text(3), read.find('chat'), read.find('late'), read.text(99)]).toEqual([
      'a\n"b"',
      2,
      undefined,
      '',
    ]);
    expect(read.take()).toBe('');
  });

  it('are limited: further names share a number', () => {
    const table = new NameTable();
    for (let i = 0; i < 262_142; i++) table.number(String(i));
    expect([table.number('one more'), table.number('another')]).toEqual([1, 1]);
    expect(table.size).toBe(262_144);
  });
});

describe('checkpoints', () => {
  it('are written every 64 rows, or sooner if payloads are large', () => {
    const states = new Checkpoints();
    const due: number[] = [];
    for (let row = 0; row < 200; row++) {
      if (!states.isDue(row, row > 150 ? 200_000 : 10)) continue;
      due.push(row);
      states.add(row, 'state');
    }
    expect(due.slice(0, 3)).toEqual([0, 64, 128]);
    expect(due.length).toBeGreaterThan(20);
    expect(states.before(63)).toEqual({ row: 0, state: 'state' });
    expect(states.before(64)).toEqual({ row: 64, state: 'state' });
    const read = new Checkpoints(states.take().split('\n').slice(0, -1));
    expect(read.before(1e9)).toEqual(states.before(1e9));
  });

  it('are rarer if states are long', () => {
    const states = new Checkpoints();
    let kept = 0;
    for (let row = 0; row < 1000; row++) {
      if (!states.isDue(row, 100)) continue;
      kept++;
      states.add(row, 'x'.repeat(100_000));
    }
    expect(kept).toBe(1);
  });

  it.each(['{"row":-1,"state":""}', '{"row":1}', '{"row":1,"state":7}', '[]', 'x', '{"row":1.5,"state":""}'])(
    'refuse %s',
    (line) => {
      expect(() => new Checkpoints([line])).toThrow();
    },
  );
});

describe('a conversation', () => {
  const call = { ...emptyUnit(), type: typeNumber('call'), flags: UNIT_FLAG.calls, name: 2, hash: 5 };
  const reply = { ...emptyUnit(), type: typeNumber('reply'), flags: UNIT_FLAG.replies, hash: 5 };
  const names = (): NameTable => {
    const table = new NameTable();
    table.number('add');
    return table;
  };

  it('gives the latency at which so many of a hundred have come', () => {
    const conversation = new Conversation(names(), () => 0);
    for (let i = 0; i < 100; i++) {
      conversation.add(2 * i, call, 0);
      conversation.add(2 * i + 1, { ...reply, call: 2 * i + 1, latency: 100 - i }, 0);
    }
    expect(conversation.figures()).toEqual([
      { name: 'add', calls: 100, errors: 0, unanswered: 0, p50: 50, p95: 95, p99: 99, max: 100 },
    ]);
  });

  it('pairs a reply once, with the last call of its id, and only if its record says so', () => {
    const conversation = new Conversation(names(), () => 0);
    conversation.add(0, { ...call, row: 10 }, 0);
    conversation.add(1, { ...call, row: 11 }, 0);
    expect(conversation.waitingCall(5)).toMatchObject({ record: 1 });
    conversation.add(2, { ...reply, call: 1, row: 12 }, 0);
    expect(conversation.pairs({ unanswered: true }, 0, 9)).toMatchObject({ total: 2, pairs: [{}, {}] });
    conversation.add(3, { ...reply, call: 2, row: 13, latency: 7 }, 0);
    conversation.add(4, { ...reply, call: 2, row: 14, latency: 9 }, 0);
    expect(conversation.pairs({}, 1, 9).pairs).toEqual([
      { row: 11, name: 'add', sent: false, reply: { row: 13, latency: 7, isError: false } },
    ]);
    expect(conversation.pairs({ unanswered: true }, 0, 9)).toMatchObject({ total: 1, pairs: [{ row: 10 }] });
  });

  it('gives any range of a million calls, also by name and of those without a reply', () => {
    const table = names();
    for (const name of ['sub', 'tick']) table.number(name);
    const conversation = new Conversation(table, () => 0);
    // Every third call is `sub`; every tenth has no reply.
    for (let i = 0, record = 0; i < 1_000_000; i++) {
      conversation.add(record++, { ...call, row: 2 * i, hash: i + 1, name: i % 3 === 0 ? 3 : 2 }, 0);
      if (i % 10 === 0) continue;
      conversation.add(record, { ...reply, row: 2 * i + 1, hash: i + 1, call: record, latency: 1 }, 0);
      record++;
    }
    const rowsOf = (...[query, from, count]: Parameters<Conversation['pairs']>) => {
      const { total, pairs } = conversation.pairs(query, from, count);
      return [total, pairs.map(({ row }) => row / 2)];
    };
    expect(rowsOf({}, 999_998, 5)).toEqual([1_000_000, [999_998, 999_999]]);
    expect(rowsOf({ name: 'sub' }, 300_000, 2)).toEqual([333_334, [900_000, 900_003]]);
    expect(rowsOf({ unanswered: true }, 99_999, 9)).toEqual([100_000, [999_990]]);
    expect(rowsOf({ name: 'sub', unanswered: true }, 1, 2)).toEqual([33_334, [30, 60]]);
    expect(rowsOf({}, 1e9, 5)).toEqual([1_000_000, []]);
    expect(rowsOf({ name: 'tick' }, 0, 5)).toEqual([0, []]);
    expect(rowsOf({ name: 'unknown' }, 0, 5)).toEqual([0, []]);
  });

  it('ends a subscription with its refusal', () => {
    const conversation = new Conversation(names(), () => 0);
    conversation.add(0, { ...call, type: typeNumber('subscribe'), stream: 2 }, 0);
    expect(conversation.subscriptions()).toHaveLength(1);
    conversation.add(1, { ...reply, type: typeNumber('error'), call: 1, row: 4 }, 0);
    expect(conversation.subscriptions()).toMatchObject([{ row: 0, end: 4 }]);
  });

  it('ends a subscription with a message that says so, with its completion, and with the connection', () => {
    const conversation = new Conversation(names(), () => 0);
    const subscribe = (record: number, stream: number): void =>
      conversation.add(
        record,
        { ...call, type: typeNumber('subscribe'), stream, row: record, hash: 9 + record },
        0,
      );
    for (const record of [0, 1, 2]) subscribe(record, 2 + record);
    const event = { ...emptyUnit(), type: typeNumber('event') };
    conversation.add(3, { ...event, stream: 2, row: 3 }, 0);
    // `complete` of GraphQL names its stream; a Completion of SignalR answers the call.
    conversation.add(4, { ...event, stream: 2, row: 4, flags: UNIT_FLAG.ends }, 0);
    conversation.add(
      5,
      { ...reply, row: 5, hash: 10, call: 2, flags: UNIT_FLAG.replies | UNIT_FLAG.ends },
      0,
    );
    expect(conversation.subscriptions()).toMatchObject([
      { row: 2 },
      { row: 1, events: 0, end: 5 },
      { row: 0, events: 1, end: 4 },
    ]);
    // Later events belong to no subscription.
    conversation.add(6, { ...event, stream: 2, row: 6 }, 0);
    conversation.add(7, { ...emptyUnit(), type: OPENED, row: 7 }, 0);
    expect(conversation.subscriptions().map(({ row, end, events }) => [row, end, events])).toEqual([
      [2, 7, 0],
      [1, 5, 0],
      [0, 4, 1],
    ]);
  });

  it('keeps the last hundred subscriptions that ended', () => {
    const conversation = new Conversation(names(), () => 0);
    for (let row = 0; row < 250; row++) {
      conversation.add(
        row,
        { ...call, type: typeNumber('subscribe'), stream: 2, row: 2 * row, hash: row + 1 },
        0,
      );
      conversation.add(
        row,
        { ...emptyUnit(), type: typeNumber('unsubscribe'), stream: 2, row: 2 * row + 1 },
        0,
      );
    }
    const ended = conversation.subscriptions();
    expect([ended.length, ended[0]?.end, ended.at(-1)?.end]).toEqual([100, 499, 301]);
  });

  it('counts events of a subscription, and what the other side wants acknowledged', () => {
    const conversation = new Conversation(names(), () => 0);
    conversation.add(0, { ...call, type: typeNumber('subscribe'), stream: 2 }, 0);
    conversation.add(1, { ...emptyUnit(), type: typeNumber('event'), stream: 2, row: 1 }, 0);
    conversation.add(2, { ...call, stream: 2, row: 2 }, 0);
    conversation.add(3, { ...call, stream: 2, row: 3, flags: UNIT_FLAG.calls | UNIT_FLAG.sent }, 0);
    expect(conversation.subscriptions()).toMatchObject([{ events: 2 }]);
  });
});
