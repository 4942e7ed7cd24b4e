import { describe, expect, it } from 'vitest';
import { DiskBacklog } from '../../../src/engine/backPressure.ts';
import { RowLedger } from '../../../src/engine/rowLedger.ts';

const MiB = 1024 * 1024;

describe('RowLedger', () => {
  it('misses nothing before the first row, also of an existing recording', () => {
    const ledger = new RowLedger();
    expect(ledger.missing({ rows: 0, payloadBytes: 0 })).toEqual({ messages: 0, bytes: 0 });
    ledger.start({ rows: 9, payloadBytes: 90 });
    expect(ledger.missing({ rows: 9, payloadBytes: 90 })).toEqual({ messages: 0, bytes: 0 });
    expect(ledger.rowsSinceGap({ rows: 9, payloadBytes: 90 })).toBe(0);
  });

  it('never gives up rows that another recorder wrote', () => {
    const ledger = new RowLedger();
    ledger.start({ rows: 9, payloadBytes: 90 });
    expect(ledger.rowsSinceGap({ rows: 12, payloadBytes: 100 })).toBe(3);
    // Its writer cut it in the meantime.
    expect(ledger.rowsSinceGap({ rows: 4, payloadBytes: 40 })).toBe(0);
  });

  it('never gives up a gap row', () => {
    const ledger = new RowLedger();
    ledger.accountFor(5, { messages: 2, bytes: 20 }, 100);
    expect(ledger.rowsSinceGap({ rows: 6, payloadBytes: 0 })).toBe(0);
    expect(ledger.rowsSinceGap({ rows: 8, payloadBytes: 0 })).toBe(2);
  });

  it.each([1, 2, 3, 4, 5])('counts every row once over random failures (seed %i)', (seed) => {
    let state = seed;
    const next = (below: number): number => (state = (state * 48_271) % 0x7fffffff) % below;
    const ledger = new RowLedger();
    const extent = { rows: next(100), payloadBytes: next(1000) };
    ledger.start({ ...extent });
    let lost = { messages: 0, bytes: 0 };
    for (let turn = 0; turn < 500; turn++) {
      const bytes = next(50);
      const isGap = next(10) === 0;
      if (isGap) {
        const row = extent.rows++;
        extent.payloadBytes += 70;
        ledger.accountFor(row, lost, 70);
        lost = { messages: 0, bytes: 0 };
      } else {
        ledger.pass(bytes);
        if (next(3) > 0) {
          extent.rows++;
          extent.payloadBytes += bytes;
        } else lost = { messages: lost.messages + 1, bytes: lost.bytes + bytes };
      }
      expect(ledger.missing(extent)).toEqual(lost);
    }
  });
});

describe('DiskBacklog', () => {
  function backlog(): { readonly disk: DiskBacklog; readonly calls: boolean[] } {
    const calls: boolean[] = [];
    return { disk: new DiskBacklog((behind) => calls.push(behind)), calls };
  }

  it('is behind above 16 MiB, and has caught up below 8 MiB', () => {
    const { disk, calls } = backlog();
    disk.add(16 * MiB);
    expect(calls).toEqual([]);
    disk.add(1);
    expect(calls).toEqual([true]);
    disk.settle(8 * MiB + 1);
    expect(calls).toEqual([true]);
    disk.settle(1);
    expect(calls).toEqual([true, false]);
  });

  it('reports each change once', () => {
    const { disk, calls } = backlog();
    disk.add(20 * MiB);
    disk.add(20 * MiB);
    disk.settle(39 * MiB);
    disk.settle(MiB);
    expect(calls).toEqual([true, false]);
  });

  it('resolves every waiting producer when it has caught up, also after a crash of the worker', async () => {
    const { disk, calls } = backlog();
    disk.add(17 * MiB);
    const waiting = [disk.caughtUp()!, disk.caughtUp()!];
    disk.clear();
    await Promise.all(waiting);
    expect([calls, disk.caughtUp()]).toEqual([[true, false], undefined]);
    // Counts from zero again.
    disk.add(16 * MiB);
    expect(disk.caughtUp()).toBeUndefined();
  });
});
