import { InvalidArgumentError } from 'commander';
import { describe, expect, test } from 'vitest';
import {
  duration,
  header,
  list,
  port,
  repeated,
  rowRange,
  sendable,
  size,
} from '../../../src/cli/optionValues.ts';

describe('durations and sizes carry their unit', () => {
  test.each([
    ['500ms', 500],
    ['2s', 2000],
    ['1m', 60_000],
  ])('%s', (text, value) => expect(duration(text)).toBe(value));

  test.each([
    ['0', 0],
    ['64MiB', 64 * 1024 * 1024],
    ['10KB', 10_000],
  ])('%s', (text, value) => expect(size(text)).toBe(value));

  test.each(['2', 'soon', '', '-1s'])('a duration %j is refused with the remedy', (text) => {
    expect(() => duration(text)).toThrow(InvalidArgumentError);
    expect(() => duration(text)).toThrow(/s|unit/);
  });

  test('so is a size without one', () => {
    expect(() => size('64')).toThrow(/64MiB/);
  });
});

test('a text to send is one that UTF-8 can carry', () => {
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
    expect(() => rowRange(text)).toThrow('Rows are given as');
  });
});

describe('headers', () => {
  test.each([
    ['Origin: https://example.com:8443', 'Origin', 'https://example.com:8443'],
    ['X-Empty:', 'X-Empty', ''],
    ['k:v', 'k', 'v'],
    ['K:   spaced out  ', 'K', 'spaced out'],
  ])('%s', (text, name, value) => expect(header(text)).toEqual([name, value]));

  test.each(['Bearer s3cret', ': s3cret', ''])('%j is refused without repeating it', (text) => {
    expect(() => header(text)).toThrow("as in --header 'Name: value'");
    expect(() => header(text)).not.toThrow('s3cret');
  });
});

test('repeating an option adds to it', () => {
  expect(repeated('b', repeated('a'))).toEqual(['a', 'b']);
  expect(list('c', list('a, b'))).toEqual(['a', 'b', 'c']);
});
