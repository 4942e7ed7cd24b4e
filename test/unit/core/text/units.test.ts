import { describe, expect, test } from 'vitest';
import { parseDuration, parseSize } from '../../../../src/core/text/units.ts';

describe('parseDuration', () => {
  test.each([
    ['500ms', 500],
    ['2s', 2000],
    ['1.5s', 1500],
    ['1.1s', 1100],
    ['3m', 180_000],
    ['1h', 3_600_000],
    ['100 ms', 100],
    [' 2S ', 2000],
    ['0s', 0],
  ])('reads %j', (text, milliseconds) => {
    expect(parseDuration(text)).toEqual({ value: milliseconds });
  });

  test('asks for a unit, because other clients read a bare number differently', () => {
    expect(parseDuration('600')).toEqual({ problem: 'The duration 600 has no unit: write 600s or 600ms.' });
    expect(parseDuration('0')).toHaveProperty('problem');
  });

  test.each([
    ['', 'not a duration'],
    ['soon', 'not a duration'],
    ['-1s', 'not a duration'],
    ['1e3s', 'not a duration'],
    ['2s 3', 'not a duration'],
    ['2 weeks', 'not a unit of time'],
    ['0.5ms', 'not a whole number of milliseconds'],
    ['99999999999999999h', 'too large'],
    ['9'.repeat(400) + 's', 'not a duration'],
  ])('refuses %j', (text, cause) => {
    expect(parseDuration(text)).toEqual({ problem: expect.stringContaining(cause) as string });
  });

  test('quotes a short part of a text of any length', () => {
    const result = parseDuration('x'.repeat(10_000_000));
    expect('problem' in result && result.problem.length).toBeLessThan(200);
  });
});

describe('parseSize', () => {
  test.each([
    ['125B', 125],
    ['64KiB', 65_536],
    ['64MiB', 67_108_864],
    ['1GiB', 1_073_741_824],
    ['10KB', 10_000],
    ['10 mb', 10_000_000],
    ['2GB', 2_000_000_000],
    ['1.5MiB', 1_572_864],
    ['0', 0],
    ['0MiB', 0],
  ])('reads %j', (text, bytes) => {
    expect(parseSize(text)).toEqual({ value: bytes });
  });

  test.each([
    ['1024', 'has no unit'],
    ['', 'not a size'],
    ['MiB', 'not a size'],
    ['1TB', 'not a unit of size'],
    ['0.3B', 'not a whole number of bytes'],
  ])('refuses %j', (text, cause) => {
    expect(parseSize(text)).toEqual({ problem: expect.stringContaining(cause) as string });
  });
});
