import { describe, expect, it } from 'vitest';
import {
  clock,
  clockTime,
  count,
  delta,
  elapsedTime,
  elapsed,
  rate,
  span,
} from '../../../src/webview/text/figures.ts';

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
    expect(elapsedTime(milliseconds)).toBe(text);
  });
});

describe('clock', () => {
  it('is local, with microseconds since a start that may lie between two', () => {
    const start = new Date(2026, 0, 2, 12, 1, 7, 123).getTime();
    expect(clock(start, 456)).toBe('12:01:07.123456');
    expect(clock(start, 877_000)).toBe('12:01:08.000000');
    expect(clock(start + 0.25, 0)).toBe('12:01:07.123250');
  });
});

describe('elapsed', () => {
  it.each([
    [0, '+0.000000'],
    [3_200_000, '+3.200000'],
    [59_999_999, '+59.999999'],
    [62_123_456, '+1:02.123456'],
    [3_723_123_456, '+1:02:03.123456'],
    [360_000_000_000, '+100:00:00.000000'],
    [-1_000, '-0.001000'],
    [-62_000_001, '-1:02.000001'],
  ])('says %i microseconds as %s', (microseconds, text) => {
    expect(elapsed(microseconds)).toBe(text);
  });
});

describe('span', () => {
  it('is a duration without a sign', () => {
    expect(span(12_400_000)).toBe('12.40 s');
    expect(span(400)).toBe('0.4 ms');
  });
});

describe('rate', () => {
  it.each([
    [0, '0'],
    [0.25, '0.25'],
    [1 / 3, '0.33'],
    [4, '4'],
    [12.345, '12.3'],
    [99.96, '100'],
    [1_203.7, '1,204'],
    [52_349, '52.3 k'],
    [1_204_331, '1,204.3 k'],
  ])('says %d a second as %s', (perSecond, text) => {
    expect(rate(perSecond)).toBe(text);
  });
});
