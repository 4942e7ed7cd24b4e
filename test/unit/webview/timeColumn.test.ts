import { describe, expect, it } from 'vitest';
import { pauseText, timeText } from '../../../src/webview/rows/timeColumn.ts';
import type { TimeMode } from '../../../src/webview/rows/timeColumn.ts';

const column = (mode: TimeMode) => ({
  mode,
  zero: { seq: 3, time: 2_000_000 },
  startedAt: new Date(2026, 0, 2, 12, 0, 0).getTime(),
});

describe('timeText', () => {
  it.each([
    ['clock', '12:00:05.500001'],
    ['start', '+5.500001'],
    ['mark', '+3.500001'],
    ['previous', '+500 ms'],
  ] as const)('tells the time as %s', (mode, text) => {
    expect(timeText(column(mode), 5_500_001, 5_000_000)).toBe(text);
  });

  it('counts from the start if no row is marked', () => {
    expect(timeText({ ...column('mark'), zero: undefined }, 1_000)).toBe('+0.001000');
  });

  it('is empty if the row above is not known', () => {
    expect(timeText(column('previous'), 1_000)).toBe('');
  });
});

describe('pauseText', () => {
  it.each([
    [1_000_000, '1.0 s'],
    [12_400_000, '12.4 s'],
    [59_949_999, '59.9 s'],
    [59_960_000, '1 min'],
    [7_140_000_000, '119 min'],
    [7_200_000_000, '2 h'],
  ])('a pause of %i microseconds is %s', (pause, text) => {
    expect(pauseText(5 + pause, 5)).toBe(text);
  });

  it('is empty within a second, or if the row above is not known', () => {
    expect(pauseText(1_000_004, 5)).toBeUndefined();
    expect(pauseText(1e12, undefined)).toBeUndefined();
  });
});
