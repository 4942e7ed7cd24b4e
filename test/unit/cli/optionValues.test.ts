import { InvalidArgumentError } from 'commander';
import { describe, expect, test } from 'vitest';
import { duration, port, rowRange, sendable } from '../../../src/cli/optionValues.ts';

describe('durations carry their unit', () => {
  test.each([
    ['500ms', 500],
    ['2s', 2000],
    ['1m', 60_000],
  ])('%s', (text, value) => expect(duration(text)).toBe(value));

  test.each(['2', 'soon', '', '-1s'])('a duration %j is refused with the remedy', (text) => {
    expect(() => duration(text)).toThrow(InvalidArgumentError);
    expect(() => duration(text)).toThrow(/s|unit/);
  });
});

test('a text to send is valid Unicode', () => {
  expect(sendable('\u{1f600} ok')).toBe('\u{1f600} ok');
  expect(() => sendable('ab\ud83d')).toThrow('at column 3 cannot be sent as UTF-8');
});

describe('ports', () => {
  test.each([
    ['0', 0],
    ['8080', 8080],
    ['65535', 65_535],
  ])('%s', (text, value) => expect(port(text)).toBe(value));

  test.each(['-1', '65536', '80x', '', '1.5', '0x50'])('%j is refused', (text) => {
    expect(() => port(text)).toThrow('A port is a whole number from 0');
  });
});

describe('ranges of rows', () => {
  test.each([
    ['10..20', 10, 20],
    ['10..', 10, Infinity],
    ['..20', 0, 20],
    ['0..0', 0, 0],
    ['7', 7, 7],
  ])('%s', (text, first, last) => expect(rowRange(text)).toEqual({ first, last }));

  test.each(['', '..', '20..10', 'a..b', '1-2', '1...2', '-1..2', '1.5'])('%j is refused', (text) => {
    expect(() => rowRange(text)).toThrow('Write the rows as');
  });
});
