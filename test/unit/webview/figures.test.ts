import { describe, expect, it } from 'vitest';
import { clockTime, count, delta, duration } from '../../../src/webview/text/figures.ts';

describe('count', () => {
  it('separates thousands', () => {
    expect(count(0)).toBe('0');
    expect(count(1_204_331)).toBe('1,204,331');
  });
});

describe('clockTime', () => {
  it('is local, with milliseconds', () => {
    expect(clockTime(new Date(2026, 0, 2, 3, 4, 5, 6).getTime())).toBe('03:04:05.006');
    expect(clockTime(new Date(2026, 0, 2, 23, 59, 59, 999).getTime() + 0.9)).toBe('23:59:59.999');
  });
});

describe('delta', () => {
  it.each([
    [0, '+0.0 ms'],
    [400, '+0.4 ms'],
    [9_940, '+9.9 ms'],
    [9_960, '+10 ms'],
    [12_400, '+12 ms'],
    [999_400, '+999 ms'],
    [999_600, '+1.00 s'],
    [2_318_000, '+2.32 s'],
    [59_999_000, '+1 min'],
    [7_000_000_000, '+117 min'],
    [7_200_000_000, '+2 h'],
  ])('says %i microseconds as %s', (microseconds, text) => {
    expect(delta(microseconds)).toBe(text);
  });
});

describe('duration', () => {
  it.each([
    [-5, '00:00:00'],
    [999, '00:00:00'],
    [761_000, '00:12:41'],
    [90_061_000, '25:01:01'],
  ])('says %i milliseconds as %s', (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });
});
