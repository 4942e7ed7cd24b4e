import { describe, expect, it } from 'vitest';
import {
  field,
  fieldsOf,
  listField,
  numberField,
  pairsOf,
  textField,
} from '../../../src/core/convert/fields.ts';

const FOREIGN: readonly unknown[] = [undefined, null, 1, 'text', true, [], [1], () => 0];
const inherited = Object.create({ name: 'inherited' }) as object;
const proto = JSON.parse('{"__proto__": {"name": "x"}, "constructor": "own"}') as object;

describe('a value of a foreign file', () => {
  it('has members only if it is an object', () => {
    for (const value of FOREIGN) {
      expect(fieldsOf(value)).toEqual({});
      expect(field(value, 'length')).toBeUndefined();
      expect(textField(value, 'name')).toBeUndefined();
      expect(listField(value, 'name')).toEqual([]);
      expect(numberField(value, 'name')).toBeUndefined();
    }
  });

  it('has its own members, not inherited ones', () => {
    expect(field(inherited, 'name')).toBeUndefined();
    expect(textField({}, 'toString')).toBeUndefined();
    expect(textField(proto, 'constructor')).toBe('own');
    expect(textField(proto, 'name')).toBeUndefined();
  });

  it.each<[unknown, string | undefined]>([
    ['a', 'a'],
    ['', ''],
    [0, '0'],
    [1.5, '1.5'],
    [true, 'true'],
    [false, 'false'],
    [null, undefined],
    [['a'], undefined],
    [{ a: 1 }, undefined],
  ])('has %j as the text %j', (value, text) => {
    expect(textField({ name: value }, 'name')).toBe(text);
  });

  it.each<[unknown, number | undefined]>([
    [5, 5],
    ['5', 5],
    ['1e3', 1_000],
    [0.5, 0.5],
    [0, undefined],
    [-1, undefined],
    ['', undefined],
    ['five', undefined],
    [Number.NaN, undefined],
    ['Infinity', undefined],
    [true, undefined],
    [[5], undefined],
  ])('has %j as the positive number %j', (value, number) => {
    expect(numberField({ n: value }, 'n')).toBe(number);
  });
});

describe('pairs of names and values', () => {
  it('are the members of an object, in order', () => {
    expect(pairsOf({ b: 1, a: 'x', c: null, d: { e: 1 } })).toEqual([
      { name: 'b', value: '1', isDisabled: false },
      { name: 'a', value: 'x', isDisabled: false },
      { name: 'c', value: '', isDisabled: false },
      { name: 'd', value: '', isDisabled: false },
    ]);
  });

  it('are the items of a list under the names that clients use', () => {
    expect(
      pairsOf([
        { name: 'a', value: 1 },
        { key: 'b', value: 'x', disabled: true },
        { key: 'c', enabled: false },
        { name: 'd', key: 'ignored', enabled: true },
      ]),
    ).toEqual([
      { name: 'a', value: '1', isDisabled: false },
      { name: 'b', value: 'x', isDisabled: true },
      { name: 'c', value: '', isDisabled: true },
      { name: 'd', value: '', isDisabled: false },
    ]);
  });

  it('leave out items without a name, and everything that is no item', () => {
    expect(pairsOf([null, 'a=b', ['a', 'b'], {}, { name: '' }, { name: {} }, { value: 'x' }])).toEqual([]);
    for (const value of FOREIGN.filter((each) => !Array.isArray(each))) expect(pairsOf(value)).toEqual([]);
  });

  it('are disabled only by true and false, not by other values', () => {
    for (const other of ['true', 1, 'false', 0, null])
      expect(pairsOf([{ name: 'a', disabled: other, enabled: other }])[0]?.isDisabled).toBe(false);
  });
});
