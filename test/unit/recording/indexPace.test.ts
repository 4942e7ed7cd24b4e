import { describe, expect, it } from 'vitest';
import { IndexPace } from '../../../src/recording/units/indexPace.ts';

/** Rows that arrive for a second, 20 times a second. @returns when the last ones arrived */
function arrive(pace: IndexPace, rowsPerSecond: number, from = 0): number {
  for (let tick = 0; tick <= 20; tick++) pace.grew((rowsPerSecond / 20) * tick, from + tick * 50);
  return from + 1000;
}

describe('the pace of an index', () => {
  it('is that of its thread while no rows arrive', () => {
    const pace = new IndexPace();
    expect(pace.pause(5, 0)).toBe(0);
    const last = arrive(pace, 500_000);
    expect(pace.pause(5, last + 250)).toBe(0);
  });

  it.each([
    ['a quarter of the time while rows arrive', 50_000, 15],
    ['a thirty-second part in a flood', 500_000, 155],
  ])('is %s', (_name, rate, pause) => {
    const pace = new IndexPace();
    expect(pace.pause(5, arrive(pace, rate))).toBe(pause);
  });

  it('follows a rate that changes', () => {
    const pace = new IndexPace();
    const flood = arrive(pace, 500_000);
    expect(pace.pause(1, flood)).toBe(31);
    for (let tick = 1; tick <= 4; tick++) pace.grew(500_000 + tick, flood + tick * 50);
    expect(pace.pause(1, flood + 200)).toBe(3);
  });

  it('measures rows after a break anew', () => {
    const pace = new IndexPace();
    const flood = arrive(pace, 500_000);
    pace.grew(2_000_000, flood + 10_000);
    expect(pace.pause(1, flood + 10_000)).toBe(3);
  });

  it('notices the end of a flood soon, however long a step took', () => {
    const pace = new IndexPace();
    expect(pace.pause(1000, arrive(pace, 500_000))).toBe(250);
  });
});
