import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareNumbers, isInteger } from '../../../../../src/core/request/condition/decimal.ts';

describe('numbers compare by their written digits', () => {
  test.each([
    ['12345678901234567890', '12345678901234567891', -1],
    ['1.0', '1', 0],
    ['10e-1', '1', 0],
    ['1E+2', '100', 0],
    ['-0', '0.000', 0],
    ['0', '-1e-400', 1],
    ['1e400', '1e401', -1],
    ['-1e400', '-1e401', 1],
    ['0.1000000000000000055511151231257827', '0.1', 1],
    ['-2', '1', -1],
    ['1e999999999999999999999', '1e999999999999999999998', 1],
    ['9', '10', -1],
    ['0.09', '0.1', -1],
    ['123.456', '123.46', -1],
  ])('%s and %s: %i', (a, b, order) => {
    expect(Math.sign(compareNumbers(a, b))).toBe(order);
    expect(Math.sign(compareNumbers(b, a))).toBe(-order + 0);
  });

  test('numbers compare like doubles if doubles are exact', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (a, b) => {
        expect(Math.sign(compareNumbers(String(a), String(b)))).toBe(Math.sign(a - b));
        expect(compareNumbers(`${a}.00`, `${a}`)).toBe(0);
      }),
    );
  });

  test.each([
    ['1', true],
    ['1.0', true],
    ['1.5e1', true],
    ['1.5', false],
    ['1e-1', false],
    ['100e-2', true],
    ['0.0', true],
    ['12345678901234567890', true],
  ])('%s is an integer: %s', (spelling, is) => expect(isInteger(spelling)).toBe(is));
});
