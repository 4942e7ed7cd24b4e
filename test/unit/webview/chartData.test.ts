import { describe, expect, it } from 'vitest';
import type { Rates } from '../../../src/shared/timelineProtocol.ts';
import { bucketAt, chartData, chartKey, isSteep, peaks } from '../../../src/webview/chart/chartData.ts';

const series = (mean: number[]) => ({
  mean,
  min: mean.map((each) => each / 2),
  max: mean.map((each) => each * 2),
});

/** Buckets of half a second from second 1 on; the last one is half over. */
const rates = (received: number[], sent = received.map(() => 0)): Rates => ({
  next: 100,
  start: 1_000_000,
  width: 500_000,
  end: 1_000_000 + received.length * 500_000 - 250_000,
  in: series(received),
  out: series(sent),
});

describe('chartData', () => {
  it('has an end for its last step', () => {
    expect(chartData(rates([2, 4]))).toEqual({
      x: [1, 1.5, 2],
      inMax: [4, 8, 8],
      inMin: [1, 2, 2],
      outMax: [0, 0, 0],
      outMin: [0, 0, 0],
    });
  });

  it('leaves out an incomplete last bucket with a lower rate', () => {
    expect(chartData(rates([2, 4, 1])).x).toEqual([1, 1.5, 2]);
    const over = { ...rates([2, 4, 1]), end: 2_500_000 };
    expect(chartData(over).x).toEqual([1, 1.5, 2, 2.5]);
  });

  it('shows a burst at the end, and a session of one bucket', () => {
    expect(chartData(rates([2, 4, 100])).x).toHaveLength(4);
    expect(chartData(rates([2])).x).toEqual([1, 1.5]);
  });

  it('is empty where there is nothing', () => {
    expect(chartData({ ...rates([]), end: 0 })).toMatchObject({ x: [], inMax: [], outMin: [] });
  });
});

describe('the scale', () => {
  it('is linear unless a burst hides all other rates', () => {
    expect(isSteep(rates([10, 12, 11, 100]))).toBe(false);
    expect(isSteep(rates([10, 12, 11, 50_000]))).toBe(true);
    expect(isSteep(rates([10, 12, 11], [9_000, 9_000, 9_000]))).toBe(false);
  });

  it('is linear for a mostly silent session', () => {
    expect(isSteep(rates([0, 0, 0, 0, 100]))).toBe(false);
    expect(isSteep(rates([]))).toBe(false);
  });
});

it('peaks are the busiest seconds', () => {
  expect(peaks(rates([1, 5, 2], [3, 0, 0]))).toEqual({ in: 10, out: 6 });
  expect(peaks(rates([]))).toEqual({ in: 0, out: 0 });
});

it('a time is in exactly one existing bucket', () => {
  const three = rates([1, 2, 3]);
  expect([0, 1_000_000, 1_499_999, 1_500_000, 9_000_000].map((time) => bucketAt(three, time))).toEqual([
    0, 0, 0, 1, 2,
  ]);
});

describe('keys in the chart', () => {
  const three = rates([1, 2, 3]);

  it.each([
    ['ArrowRight', 1_500_000, 2_000_000],
    ['ArrowLeft', 1_500_000, 1_000_000],
    ['ArrowLeft', 1_000_000, 1_000_000],
    ['ArrowUp', 1_000_000, 1_500_000],
    ['PageUp', 1_000_000, 2_250_000],
    ['PageDown', 2_000_000, 1_000_000],
    ['Home', 2_000_000, 1_000_000],
    ['End', 1_000_000, 2_250_000],
  ])('%s moves the cursor from %i to %i', (key, from, to) => {
    expect(chartKey({ key, shiftKey: false }, from, three)).toEqual({ cursor: to, extends: false });
    expect(chartKey({ key, shiftKey: true }, from, three)).toEqual({ cursor: to, extends: true });
  });

  it('Enter goes to the place of the cursor; others do nothing', () => {
    expect(chartKey({ key: 'Enter', shiftKey: false }, 1_000_000, three)).toEqual({ jump: true });
    expect(chartKey({ key: 'a', shiftKey: false }, 1_000_000, three)).toBeUndefined();
  });
});
