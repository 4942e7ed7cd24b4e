import { describe, expect, test } from 'vitest';
import { firstDifference } from '../../../../src/engine/replay/compareMessages.ts';

const THEN = Date.parse('2026-03-01T10:00:00Z');
const NOW = Date.parse('2026-07-09T22:30:00Z');

const text = (written: string, at = THEN) => ({
  kind: 'text' as const,
  data: new TextEncoder().encode(written),
  at,
});
const binary = (...bytes: number[]) => ({
  kind: 'binary' as const,
  data: Uint8Array.from(bytes),
  at: THEN,
});

describe('a message', () => {
  test.each([
    ['hello', 'hello'],
    ['', ''],
    ['{"a":1,"b":[2]}', '{ "b": [2], "a": 1.0 }'],
  ])('%s is the same as %s', (expected, got) => {
    expect(firstDifference(text(expected), text(got))).toBeUndefined();
  });

  test.each([
    ['hello', 'hallo', 'from character 1 on it is “hallo” instead of “hello”'],
    ['{"n":12345678901234567890}', '{"n":12345678901234567891}', 'from character 24'],
    ['{"a":1}', '{"a":1,"b":2}', 'from character 6'],
    ['[1,2]', '[2,1]', 'from character 1'],
    ['short', 'short and more', 'from character 5'],
  ])('%s differs from %s', (expected, got, clause) => {
    expect(firstDifference(text(expected), text(got))).toContain(clause);
  });

  test('differs if its kind or its bytes differ', () => {
    expect(firstDifference(text('a'), binary(97))).toBe('it is binary, and the recorded one is text');
    expect(firstDifference(binary(1, 2), binary(1, 3))).toBe('byte 1 is 0x03 instead of 0x02');
    expect(firstDifference(binary(1, 2), binary(1))).toBe('byte 1 is missing instead of 0x02');
    expect(firstDifference(binary(1), binary(1))).toBeUndefined();
  });

  test('that nests deeply is compared as text', () => {
    const deep = (inner: string): string => '['.repeat(100_000) + inner + ']'.repeat(100_000);
    expect(firstDifference(text(deep('1')), text(deep(' 1')))).toContain('from character 100000');
  });
});

describe('a long text', () => {
  const long = (first: string, rest = ''): string => `[${first},${'"abcdefgh",'.repeat(700_000)}"${rest}"]`;

  test('is compared in a short time, and not as JSON', () => {
    const before = performance.now();
    expect(firstDifference(text(long('1')), text(long('1.0')))).toContain('from character 2');
    expect(firstDifference(text(long('1', 'a')), text(long('1', 'b')))).toContain('from character 77');
    expect(firstDifference(text(long('1')), text(long('1')))).toBeUndefined();
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  test('is the same with other times', () => {
    expect(firstDifference(text(long(`${THEN}`)), text(long(`${NOW}`), NOW))).toBeUndefined();
    expect(firstDifference(text(long(`${THEN}`)), text(long('5'), NOW))).toBeDefined();
  });

  test('is compared as JSON up to the limit', () => {
    const pair = (size: number) =>
      [text(`[1,"${'x'.repeat(size)}"]`), text(`[1.0,"${'x'.repeat(size)}"]`)] as const;
    expect(firstDifference(...pair(200_000))).toBeUndefined();
    expect(firstDifference(...pair(300_000))).toContain('from character 2');
  });
});

describe('the times of a message', () => {
  test.each([
    ['{"at":"2026-03-01T10:00:01.250Z"}', '{"at":"2026-07-09T22:30:07.001Z"}'],
    ['{"at":"2026-03-01T12:00:01+02:00"}', '{"at":"2026-07-09T22:30"}'],
    [`{"t":${THEN},"x":1}`, `{"t":${NOW},"x":1}`],
    [`{"t":${THEN / 1000}}`, `{"t":${NOW / 1000}}`],
    [`{"t":${THEN / 1000}.125}`, `{"t":${NOW / 1000}.5}`],
    [`42["tick",${THEN}000]`, `42["tick",${NOW}123]`],
    [`${THEN}000000 ok`, `${NOW}000001 ok`],
  ])('are the same if each is close to the time of its message: %s and %s', (expected, got) => {
    expect(firstDifference(text(expected), text(got, NOW))).toBeUndefined();
  });

  test.each([
    // Each is a date or a number far from the moment of its message.
    ['{"born":"1999-03-01T10:00:00Z"}', '{"born":"2001-07-09T22:30:00Z"}'],
    ['{"n":1000000001}', '{"n":1000000002}'],
    [`{"t":${THEN}}`, '{"t":5}'],
    [`{"id":"x${THEN}"}`, `{"id":"x${NOW}"}`],
    [`{"t":${THEN},"x":1}`, `{"t":${NOW},"x":2}`],
  ])('are different if they are not times: %s and %s', (expected, got) => {
    expect(firstDifference(text(expected), text(got, NOW))).toBeDefined();
  });
});
