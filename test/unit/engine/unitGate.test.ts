import { describe, expect, it } from 'vitest';
import { feedGate } from '../../../src/engine/unitGate.ts';
import type { UnitGate } from '../../../src/engine/unitGate.ts';
import type { BoundaryError } from '../../../src/shared/recordProtocol.ts';
import type { UnitIndexState, UnitQuery } from '../../../src/shared/unitIndexProtocol.ts';

const ONLY: UnitQuery = { names: ['chat'] };
const WITHOUT: UnitQuery = { heartbeats: true };

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** An index whose rows match by the test's rule, and all that a search was passed. */
function setUp(matches: (row: number, query: UnitQuery) => boolean, lists: Partial<UnitGate>, from = 0) {
  const listeners = new Set<() => void>();
  const state = { rows: 0, error: undefined as BoundaryError | undefined };
  const rowsWith: UnitGate['units']['rowsWith'] = async (query, first, count) => {
    const rows: number[] = [];
    for (let row = first; row < state.rows && rows.length < count; row++)
      if (matches(row, query)) rows.push(row);
    return Float64Array.from(rows);
  };
  const units: UnitGate['units'] = {
    get state() {
      return state as UnitIndexState;
    },
    onDidChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    rowsWith,
  };
  const passed: { only?: number[]; without?: number[]; until: number }[] = [];
  const failures: BoundaryError[] = [];
  const stop = feedGate(
    { units, ...lists },
    from,
    async ({ only, without, until }) => {
      passed.push({
        until,
        ...(only && { only: [...only] }),
        ...(without && { without: [...without] }),
      });
    },
    (error) => failures.push(error),
  );
  const grow = async (rows: number): Promise<void> => {
    state.rows = rows;
    for (const listener of listeners) listener();
    await turns();
  };
  return { grow, passed, failures, stop, listeners, state, units, rowsWith };
}

describe('the gate of a search', () => {
  it('passes each row on once, up to the end of the index', async () => {
    const { grow, passed } = setUp((row) => row % 3 === 0, { only: ONLY });
    await turns();
    expect(passed).toEqual([]);
    await grow(5);
    await grow(5);
    await grow(8);
    expect(passed).toEqual([
      { only: [0, 3], until: 5 },
      { only: [6], until: 8 },
    ]);
  });

  it('waits for the row whose operation is asked for, because the operation has earlier rows', async () => {
    const { grow, passed } = setUp((row) => row % 2 === 0, { only: { operation: 5 } });
    await grow(5);
    expect(passed).toEqual([]);
    await grow(6);
    await grow(8);
    expect(passed).toEqual([
      { only: [0, 2, 4], until: 6 },
      { only: [6], until: 8 },
    ]);
  });

  it('begins with the first row of the search', async () => {
    const { grow, passed } = setUp(() => true, { without: WITHOUT }, 4);
    await grow(3);
    expect(passed).toEqual([]);
    await grow(6);
    expect(passed).toEqual([{ without: [4, 5], until: 6 }]);
  });

  it('passes both lists up to the row for which both are complete', async () => {
    // Every row is listed, so the first list is full long before the end; the other has one row far behind.
    const rows = 600_000;
    const { grow, passed } = setUp((row, query) => query === ONLY || row === rows - 1, {
      only: ONLY,
      without: WITHOUT,
    });
    await grow(rows);
    expect(passed.map(({ until }) => until)).toEqual([262_144, 524_288, rows]);
    expect(passed.map(({ only }) => only!.length)).toEqual([262_144, 262_144, rows - 524_288]);
    expect(passed.map(({ without }) => without)).toEqual([[], [], [rows - 1]]);
    expect(passed[1]!.only![0]).toBe(262_144);
  });

  it('pulls a part again if the index is lost meanwhile', async () => {
    const { grow, passed, units, state, rowsWith } = setUp(() => true, { only: ONLY });
    Object.assign(units, {
      rowsWith: async () => {
        state.rows = 0;
        Object.assign(units, { rowsWith });
        return new Float64Array(0);
      },
    });
    await grow(3);
    expect(passed).toEqual([]);
    await grow(3);
    expect(passed).toEqual([{ only: [0, 1, 2], until: 3 }]);
  });

  it('fails with the error of the index', async () => {
    const { grow, failures, passed, state } = setUp(() => true, { only: ONLY });
    state.error = { code: 'disk.full', message: 'The disk is full.' };
    await grow(2);
    expect([passed, failures]).toEqual([[], [state.error]]);
  });

  it('survives a failed call, and reports nothing after it is stopped', async () => {
    const { grow, passed, failures, units, stop, listeners, rowsWith } = setUp(() => true, { only: ONLY });
    Object.assign(units, { rowsWith: () => Promise.reject(new Error('The worker ended.')) });
    await grow(2);
    Object.assign(units, { rowsWith });
    await grow(2);
    expect([passed, failures]).toEqual([[{ only: [0, 1], until: 2 }], []]);
    stop();
    expect(listeners.size).toBe(0);
    await grow(9);
    expect(passed).toHaveLength(1);
  });
});
