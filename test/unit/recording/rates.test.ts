import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROW_BYTES, writeRow } from '../../../src/recording/layout.ts';
import { RateBuckets } from '../../../src/recording/read/rates.ts';
import type { Direction, Kind } from '../../../src/shared/timeline.ts';

interface Moment {
  /** Microseconds. */
  readonly time: number;
  readonly direction?: Direction;
  readonly kind?: Kind;
}

function viewOf(moments: readonly Moment[]): DataView {
  const view = new DataView(new ArrayBuffer(moments.length * ROW_BYTES));
  moments.forEach(({ time, direction = 'in', kind = 'text' }, row) =>
    writeRow(view, row, 0, 10, 10, time, kind, direction, 0),
  );
  return view;
}

function bucketsOf(moments: readonly Moment[]): RateBuckets {
  const buckets = new RateBuckets();
  buckets.add(viewOf(moments), moments.length);
  return buckets;
}

const SECOND = 1_000_000;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
/** Messages that a series stands for. */
const messages = (mean: readonly number[], width: number): number => Math.round((sum(mean) * width) / SECOND);

/** A message every `step` microseconds, up to `end`. */
const steady = (step: number, end: number): Moment[] =>
  Array.from({ length: Math.ceil(end / step) }, (_, i) => ({ time: i * step }));

describe('RateBuckets', () => {
  it('has no bucket before the first row', () => {
    expect(new RateBuckets().rates(0)).toEqual({
      next: 0,
      start: 0,
      width: 125_000,
      end: 0,
      in: { mean: [], min: [], max: [] },
      out: { mean: [], min: [], max: [] },
    });
  });

  it('counts messages per second by direction, in steps of an eighth of a second', () => {
    const { in: received, out: sent } = bucketsOf([
      { time: 1_000 },
      { time: 2_000 },
      { time: 130_000, direction: 'out' },
      { time: 260_000, kind: 'binary' },
    ]).rates(4);
    expect(received.mean).toEqual([16, 0, 8]);
    expect(sent.mean).toEqual([0, 8, 0]);
    expect(received.max).toEqual(received.mean);
  });

  it('counts messages only', () => {
    const rates = bucketsOf([
      { time: 0, kind: 'open', direction: 'none' },
      { time: 1, kind: 'ping' },
      { time: 2, kind: 'note', direction: 'none' },
      { time: 3, kind: 'close' },
    ]).rates(4);
    expect(rates.in.mean).toEqual([0]);
    expect(rates.end).toBe(3);
  });

  it('begins with the first row that it is given', () => {
    const rates = bucketsOf([{ time: 3_600 * SECOND + 1 }]).rates(1);
    expect(rates).toMatchObject({ start: 3_600 * SECOND, width: 125_000 });
    expect(rates.in.mean).toEqual([8]);
  });

  it('doubles the width of its buckets, and never has more than 512', () => {
    for (const minutes of [1, 2, 10, 60, 600, 60_000]) {
      const {
        in: received,
        width,
        end,
      } = bucketsOf(steady(minutes * 1_000_000, minutes * 60 * SECOND)).rates(60);
      expect(received.mean.length).toBeLessThanOrEqual(512);
      expect(messages(received.mean, width)).toBe(60);
      expect(received.mean.length * width).toBeGreaterThan(end);
      expect(Math.log2(width / 125_000) % 1).toBe(0);
    }
  });

  it('keeps the busiest and the calmest second of a long bucket', () => {
    const calm = steady(SECOND / 4, 900 * SECOND);
    const burst = Array.from({ length: 1_000 }, (_, i) => ({ time: 300 * SECOND + i }));
    const all = [...calm.filter(({ time }) => time < 600 * SECOND || time >= 603 * SECOND), ...burst];
    all.sort((a, b) => a.time - b.time);
    const { in: received, width } = bucketsOf(all).rates(all.length);
    expect(width).toBe(2 * SECOND);
    const at = (second: number): number => Math.floor((second * SECOND) / width);
    expect(received.max[at(300)]).toBe(1_004);
    expect(received.mean[at(300)]).toBe(504);
    expect(received.min[at(300)]).toBe(4);
    expect(received.min[at(600)]).toBe(0);
    expect(received.max[at(600)]).toBe(0);
    expect(received.min[at(602)]).toBe(0);
    expect(received.max[at(602)]).toBe(4);
    expect([received.min[at(100)], received.max[at(100)]]).toEqual([4, 4]);
  });

  it('does not take a second that is not over for a calm one', () => {
    const rows = [...steady(SECOND / 8, 200 * SECOND), { time: 200 * SECOND }];
    const { in: received } = bucketsOf(rows).rates(rows.length);
    expect(received.min.slice(0, -1).every((least) => least === 8)).toBe(true);
  });

  it('has the same result for rows at once and one by one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 400 * SECOND }), fc.constantFrom('in', 'out')), {
          maxLength: 60,
        }),
        (deltas) => {
          let time = 0;
          const rows = deltas.map(([delta, direction]) => ({
            time: (time += delta),
            direction: direction,
          }));
          const oneByOne = new RateBuckets();
          for (const row of rows) oneByOne.add(viewOf([row]), 1);
          const rates = bucketsOf(rows).rates(rows.length);
          expect(oneByOne.rates(rows.length)).toEqual(rates);
          const { width } = rates;
          expect(messages(rates.in.mean, width) + messages(rates.out.mean, width)).toBe(rows.length);
          for (const { mean, min, max } of [rates.in, rates.out]) {
            expect(max).toHaveLength(mean.length);
            mean.forEach((value, i) => {
              // The last bucket is not over: its mean is over its whole width all the same.
              if (i < mean.length - 1) expect(min[i]).toBeLessThanOrEqual(value + 1e-9);
              expect(max[i]).toBeGreaterThanOrEqual(value - 1e-9);
            });
          }
        },
      ),
    );
  });

  it('agrees with a count of every second', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3 * SECOND }), { minLength: 100, maxLength: 400 }),
        (deltas) => {
          let time = 0;
          const rows = deltas.map((delta) => ({ time: (time += delta) }));
          const { in: received, start, width } = bucketsOf(rows).rates(rows.length);
          if (width <= SECOND) return;
          const perSecond = new Map<number, number>();
          for (const row of rows) {
            const second = Math.floor((row.time - start) / SECOND);
            perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
          }
          const seconds = width / SECOND;
          for (let bucket = 0; bucket < received.mean.length - 1; bucket++) {
            const counts = Array.from(
              { length: seconds },
              (_, i) => perSecond.get(bucket * seconds + i) ?? 0,
            );
            expect(received.min[bucket]).toBe(Math.min(...counts));
            expect(received.max[bucket]).toBe(Math.max(...counts));
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});
