import { describe, expect, it } from 'vitest';
import { OTHERS } from '../../../src/recording/units/nameTable.ts';
import { Operation } from '../../../src/recording/units/operation.ts';
import {
  emptyUnit,
  OPENED,
  typeNumber,
  UNIT_BYTES,
  UNIT_FLAG,
  type UnitRecord,
  writeUnit,
} from '../../../src/recording/units/unitLayout.ts';
import { UnitRecords } from '../../../src/recording/units/unitRecords.ts';
import type { UnitType } from '../../../src/shared/units.ts';

type Written = Partial<UnitRecord>;

const opened: Written = { type: OPENED };
const unit = (type: UnitType, more: Written = {}): Written => ({ type: typeNumber(type), ...more });
const calls = (type: UnitType, stream = 0): Written => unit(type, { stream, flags: UNIT_FLAG.calls });
/** @param call number of the call's record */
const answers = (call: number, stream = 0): Written =>
  unit('reply', { stream, flags: UNIT_FLAG.replies, call: call + 1 });
const event = (stream = 0): Written => unit('event', { stream });

/** Records that can grow; record N is that of row N unless it says otherwise. */
function written(...first: Written[]) {
  const all: UnitRecord[] = [];
  const add = (...more: Written[]): void => {
    for (const each of more) all.push({ ...emptyUnit(), row: all.length, ...each });
  };
  add(...first);
  const files = {
    get extent() {
      return { rows: 0, payloadBytes: 0, records: all.length, nameBytes: 0, stateBytes: 0 };
    },
    read(bytes: Uint8Array, from: number): number {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const count = Math.min(bytes.length / UNIT_BYTES, all.length - from);
      for (let at = 0; at < count; at++) writeUnit(view, at, all[from + at]!);
      return count;
    },
  };
  return { add, records: new UnitRecords(files) };
}

function end<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

function membersOf(operation: Operation, records: UnitRecords): number[] {
  end(operation.follow());
  const members: number[] = [];
  let record = 0;
  for (const each of records.scan(0)) {
    if (each === undefined) continue;
    if (operation.has(record++, each)) members.push(each.row);
  }
  return members;
}

const rowsOf = (records: UnitRecords, row: number): number[] =>
  membersOf(end(Operation.of(row, records)), records);

describe('the index records', () => {
  it('are read in blocks, one by one, and by row', () => {
    const { records, add } = written();
    for (let row = 0; row < 70_000; row++) add({ row: 3 * row, name: row });
    let count = 0;
    let pauses = 0;
    for (const each of records.scan(10)) {
      if (each === undefined) pauses++;
      else if (each.name === 10 + count) count++;
    }
    expect([count, pauses]).toEqual([69_990, 3]);
    expect(records.read(69_999).row).toBe(209_997);
    expect([0, 1, 3, 4, 209_997, 209_998].map((row) => records.recordOf(row))).toEqual([
      0, 1, 1, 2, 69_999, 70_000,
    ]);
    expect([...records.scan(70_000)]).toEqual([]);
  });
});

describe('an operation', () => {
  it('is a subscription with its events and its end, whichever row is asked', () => {
    const { records } = written(
      opened,
      calls('subscribe', 5),
      calls('subscribe', 6),
      answers(1, 5),
      event(6),
      event(5),
      unit('unsubscribe', { stream: 5 }),
      event(6),
    );
    for (const row of [1, 3, 5, 6]) expect(rowsOf(records, row)).toEqual([1, 3, 5, 6]);
    for (const row of [2, 4, 7]) expect(rowsOf(records, row)).toEqual([2, 4, 7]);
  });

  it('ends before another subscription with the same id, and with its connection', () => {
    const { records } = written(
      opened,
      calls('subscribe', 5),
      event(5),
      calls('subscribe', 5),
      event(5),
      opened,
      event(5),
      calls('subscribe', 5),
      event(5),
    );
    expect(rowsOf(records, 2)).toEqual([1, 2]);
    expect(rowsOf(records, 4)).toEqual([3, 4]);
    expect(rowsOf(records, 3)).toEqual([3, 4]);
    expect(rowsOf(records, 6)).toEqual([6]);
    expect(rowsOf(records, 8)).toEqual([7, 8]);
  });

  it('has the stream that its reply names, as for eth_subscribe', () => {
    const { records } = written(
      opened,
      calls('subscribe'),
      calls('call'),
      answers(2, 7),
      answers(1, 5),
      event(5),
      event(7),
      event(5),
      { ...calls('call', 5), type: typeNumber('unsubscribe') },
      answers(8),
    );
    for (const row of [1, 4, 5, 8, 9]) expect(rowsOf(records, row)).toEqual([1, 4, 5, 7, 8, 9]);
    expect(rowsOf(records, 2)).toEqual([2, 3]);
    expect(rowsOf(records, 3)).toEqual([2, 3]);
  });

  it('is a call with its reply in a stream that nothing opened, such as a namespace, or else the stream', () => {
    const { records } = written(
      opened,
      event(5),
      calls('call', 5),
      event(6),
      answers(2, 5),
      event(5),
      opened,
      event(5),
    );
    expect(rowsOf(records, 2)).toEqual([2, 4]);
    expect(rowsOf(records, 4)).toEqual([2, 4]);
    expect(rowsOf(records, 5)).toEqual([1, 2, 4, 5]);
    expect(rowsOf(records, 3)).toEqual([3]);
    expect(rowsOf(records, 7)).toEqual([7]);
  });

  it('has the calls within its stream with their replies, such as pushes on a channel', () => {
    const { records } = written(
      opened,
      calls('subscribe', 5),
      answers(1),
      calls('call', 5),
      answers(3),
      event(),
    );
    for (const row of [1, 2, 3, 4]) expect(rowsOf(records, row)).toEqual([1, 2, 3, 4]);
    expect(rowsOf(records, 5)).toEqual([5]);
  });

  it('is found for each unit of a row', () => {
    const { records } = written(
      opened,
      { ...calls('call'), row: 1 },
      { ...calls('call'), row: 1 },
      { ...event(), row: 2 },
      { ...answers(2), row: 3 },
      { ...answers(1), row: 4 },
    );
    expect(rowsOf(records, 1)).toEqual([1, 1, 3, 4]);
    expect(rowsOf(records, 4)).toEqual([1, 4]);
  });

  it('does not join streams beyond the maximum of names', () => {
    const { records } = written(opened, calls('subscribe', OTHERS), event(OTHERS), answers(1, OTHERS));
    expect(rowsOf(records, 2)).toEqual([2]);
    expect(rowsOf(records, 1)).toEqual([1, 3]);
  });

  it('grows with the recording, and learns its stream and its end later', () => {
    const { records, add } = written(opened, calls('subscribe'));
    const operation = end(Operation.of(1, records));
    expect(membersOf(operation, records)).toEqual([1]);
    add(answers(1, 5), event(5));
    expect(membersOf(operation, records)).toEqual([1, 2, 3]);
    add(opened, event(5));
    expect(membersOf(operation, records)).toEqual([1, 2, 3]);
  });

  it('serves two queries at once', () => {
    const { records } = written(opened, calls('subscribe', 5), event(5), opened, event(5));
    const operation = end(Operation.of(1, records));
    const [one, other] = [operation.follow(), operation.follow()];
    one.next();
    other.next();
    end(other);
    end(one);
    expect(membersOf(operation, records)).toEqual([1, 2]);
  });

  it('is empty for a row without a unit', () => {
    const { records } = written(opened, { ...event(5), row: 9 });
    for (const row of [0, 4, 10]) expect(rowsOf(records, row)).toEqual([]);
  });
});
