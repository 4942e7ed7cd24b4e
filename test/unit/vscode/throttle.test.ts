import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { throttle } from '../../../src/vscode/throttle.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('the first call runs at once', () => {
  const run = vi.fn();
  throttle(run, 100)();
  expect(run).toHaveBeenCalledTimes(1);
});

test('calls within the interval become one at its end', () => {
  const run = vi.fn();
  const throttled = throttle(run, 100);
  for (let i = 0; i < 50; i++) throttled();
  vi.advanceTimersByTime(99);
  expect(run).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(1000);
  expect(run).toHaveBeenCalledTimes(2);
});

test('under steady calls it runs once an interval', () => {
  const run = vi.fn();
  const throttled = throttle(run, 100);
  for (let ms = 0; ms < 1000; ms++) {
    throttled();
    vi.advanceTimersByTime(1);
  }
  expect(run.mock.calls.length).toBeGreaterThanOrEqual(10);
  expect(run.mock.calls.length).toBeLessThanOrEqual(11);
});

test('after a quiet interval the next call runs at once again', () => {
  const run = vi.fn();
  const throttled = throttle(run, 100);
  throttled();
  vi.advanceTimersByTime(150);
  throttled();
  expect(run).toHaveBeenCalledTimes(2);
});

test('disposing drops a pending call and ignores later ones', () => {
  const run = vi.fn();
  const throttled = throttle(run, 100);
  throttled();
  throttled();
  throttled.dispose();
  throttled();
  vi.advanceTimersByTime(1000);
  expect(run).toHaveBeenCalledTimes(1);
});

test('a run that calls again does not recurse', () => {
  let runs = 0;
  const throttled = throttle(() => {
    if (++runs < 3) throttled();
  }, 100);
  throttled();
  expect(runs).toBe(1);
  vi.advanceTimersByTime(500);
  expect(runs).toBe(3);
});
