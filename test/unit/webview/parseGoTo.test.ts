import { describe, expect, it } from 'vitest';
import { parseGoTo } from '../../../src/webview/timeline/parseGoTo.ts';

const CONTEXT = { firstRow: 10, rows: 1_000, startedAt: new Date(2026, 0, 2, 12, 1, 7, 250).getTime() };
const parse = (text: string, change: Partial<typeof CONTEXT> = {}) =>
  parseGoTo(text, { ...CONTEXT, ...change });

describe('parseGoTo', () => {
  it.each(['#412', '412', ' # 412 '])('reads the number of a row: %j', (text) => {
    expect(parse(text)).toEqual({ seq: 412 });
  });

  it('reports the range of the numbers', () => {
    expect(parse('9')).toBe('There is no message #9: the timeline goes from #10 to #999.');
    expect(parse('#1000')).toBe('There is no message #1000: the timeline goes from #10 to #999.');
    expect(parse('10')).toEqual({ seq: 10 });
    expect(parse('999')).toEqual({ seq: 999 });
    expect(parse('#0', { firstRow: 0, rows: 0 })).toBe('There is no message yet.');
  });

  it.each([
    ['+3.2s', 3_200_000],
    ['+3.2', 3_200_000],
    ['+ 500 ms', 500_000],
    ['+12us', 12],
    ['+2min', 120_000_000],
    ['+2m', 120_000_000],
    ['+1H', 3_600_000_000],
    ['+0', 0],
  ])('reads a time since the start: %s', (text, time) => {
    expect(parse(text)).toEqual({ time });
  });

  it.each([
    ['12:01:07.5', 250_000],
    ['12:01:08', 750_000],
    ['12:02', 52_750_000],
    ['12:01:07.250001', 1],
  ])('reads a time of day: %s', (text, time) => {
    expect(parse(text)).toEqual({ time });
  });

  it('reads a time shortly before the start as the start', () => {
    expect(parse('12:01:07')).toEqual({ time: 0 });
    expect(parse('11:30')).toEqual({ time: 0 });
  });

  it('reads a time long before the start as one of the next day', () => {
    const startedAt = new Date(2026, 0, 2, 23, 50).getTime();
    expect(parse('0:05', { startedAt })).toEqual({ time: 15 * 60_000_000 });
  });

  it.each([
    '',
    'x',
    '-3s',
    '+',
    '+3d',
    '1.5',
    '24:00',
    '12:60',
    '12:00:60',
    '12:00:00.1234567',
    '#-1',
    '99999999999999999',
  ])('suggests a form instead of %j', (text) => {
    expect(parse(text)).toMatch(/^Type a number such as #1204, a time of day/);
  });
});
