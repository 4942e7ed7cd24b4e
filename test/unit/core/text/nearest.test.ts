import { describe, expect, test } from 'vitest';
import { judgeDirective } from '../../../../src/core/request/plan/directives.ts';
import { excerpt } from '../../../../src/core/text/excerpt.ts';
import { nearest } from '../../../../src/core/text/nearest.ts';

describe('nearest', () => {
  const names = ['timeout', 'close-timeout', 'name', 'key'];

  test.each([
    ['timout', 'timeout'],
    ['tiemout', 'timeout'],
    ['closeTimeout', 'close-timeout'],
    ['close_timeout', 'close-timeout'],
    ['nmae', undefined],
    ['names', 'name'],
    ['kye', undefined],
    ['todo', undefined],
    ['', undefined],
    ['x'.repeat(1_000_000), undefined],
  ])('finds the name closest to %.20j: %j', (name, expected) => {
    expect(nearest(name, names)).toBe(expected);
  });
});

describe('judgeDirective', () => {
  test('knows the directives of other clients in either spelling', () => {
    for (const name of ['no-reject-unauthorized', 'noRejectUnauthorized', 'keepStreaming'])
      expect(judgeDirective(name).kind).toBe('foreign');
  });

  test('never ignores a directive of Duplex that it does not run', () => {
    expect(judgeDirective('decode').kind).toBe('known');
  });
});

test('shortens an excerpt to one line', () => {
  expect(excerpt('a\n\tb\0c')).toBe('“a b c”');
  expect(excerpt('x'.repeat(100))).toBe(`“${'x'.repeat(40)}…”`);
});
