import { describe, expect, it } from 'vitest';
import { parseUnitFilter } from '../../../../../src/core/request/condition/unitFilter.ts';
import { unitTest } from '../../../../../src/core/request/condition/unitCondition.ts';

const parsed = (text: string) => {
  const found = parseUnitFilter(text);
  if ('problem' in found) throw new Error(found.problem);
  return found;
};
const conditionsOf = (text: string) => parsed(text).filter.conditions;
const words = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '');

describe('words about units in a filter', () => {
  it('are taken out of it, and the others keep their places', () => {
    const text = 'in type=event,name=a size>1KiB name="b \\"c\\""';
    const { filter, rest } = parsed(text);
    expect(filter).toEqual({ types: ['event'], names: ['a', 'b "c"'], conditions: [] });
    expect(words(rest)).toEqual(['in', 'size>1KiB']);
    expect(rest.indexOf('size')).toBe(text.indexOf('size'));
    for (const other of ['in text', 'rename=x', 'error', 'error,in', 'error in', 'types', '']) {
      expect(parsed(other)).toEqual({ filter: { types: [], names: [], conditions: [] }, rest: other });
    }
  });

  it.each(['name', 'event', 'method', 'topic', 'destination', 'operation', 'channel', 'action', 'NAME'])(
    '%s is the name of a unit',
    (word) => {
      expect(parsed(`${word}=Count ${word} == "b c"`).filter.names).toEqual(['Count', 'b c']);
    },
  );

  it('an operation with the number of a row is that of the row', () => {
    expect(parsed('operation=#12 out').filter).toEqual({
      types: [],
      names: [],
      operation: 12,
      conditions: [],
    });
    expect(parsed('operation="#12"').filter.names).toEqual(['#12']);
    expect(parseUnitFilter('operation=#1 operation=#2')).toEqual({
      problem: 'A filter shows the operation of one row: leave out the others.',
    });
  });

  it.each([
    ['payload.price>100', [['payload.price > 100']]],
    ['payload.items[0].id = 7', [['payload.items[0].id == 7']]],
    ['payload[?@.a == 1 && @.b > 2] exists', [['payload[?@.a == 1 && @.b > 2] exists']]],
    [`payload['a b']=x`, [[`payload['a b'] == "x"`]]],
    ['payload="done"', [['payload == "done"']]],
    ['payload.n=1.0', [['payload.n == 1.0']]],
    ['payload.n=01', [['payload.n == "01"']]],
    ['payload.ok=true', [['payload.ok == true']]],
    ['payload.a={"b": [1, "}"]} in', [['payload.a == {"b": [1, "}"]}']]],
    ['payload.a not in ["x", "y"]', [['payload.a not in ["x", "y"]']]],
    ['payload.a isType number', [['payload.a isType "number"']]],
    ['payload.a matches /^[a-z/]+$/i,in', [['payload.a matches /^[a-z/]+$/i']]],
    ['id=7', [['id == 7', 'id == "7"']]],
    ['id="7"', [['id == "7"']]],
    ['id!=7', [['id != 7']]],
    ['id=a id=b', [['id == "a"', 'id == "b"']]],
    ['error exists', [['error exists']]],
    ['error not exists', [['error not exists']]],
    ['error=404', [['error == "404"']]],
    ['error contains "not found"', [['error contains "not found"']]],
    ['name!=tick', [['name != "tick"']]],
    ['operation startsWith Co', [['operation startsWith "Co"']]],
    ['type!=control', [['type != "control"']]],
    ['message-header content-type=text/plain', [['message-header content-type == "text/plain"']]],
    ['message-header x exists', [['message-header x exists']]],
    ['payload.a>1 payload.a<5', [['payload.a > 1'], ['payload.a < 5']]],
    // One unit is to meet all of it.
    ['type=event name=a payload.n=1', [['name == "a"'], ['type == "event"'], ['payload.n == 1']]],
  ])('%s are conditions', (text, conditions) => {
    expect(conditionsOf(text)).toEqual(conditions);
    expect(() => unitTest(conditions)).not.toThrow();
  });

  it.each([
    [
      'type=message',
      '“message” is not a type of a unit: use call, reply, error, event, subscribe, unsubscribe, control.',
    ],
    ['type!=message', '“message” is not a type of a unit: use call,'],
    [
      'in payload.price',
      '“payload.price” at character 4 of the filter is compared with nothing: write a value, as in payload.price=1, or payload.price exists.',
    ],
    ['operation', '“operation” at character 1 of the filter is compared with nothing'],
    ['id=', 'A value is missing after “id” at character 1 of the filter: write it as in id=1.'],
    ['payload.a contains', 'A value is missing after “payload.a”'],
    ['name="a', 'The value after “name” at character 1 of the filter is not closed.'],
    ['payload.a=[1, 2', 'The value after “payload.a” at character 1 of the filter is not closed.'],
    ['payload.a matches /x', 'The value after “payload.a” at character 1 of the filter is not closed.'],
  ])('%s is refused with a reason', (text, problem) => {
    expect(parseUnitFilter(text)).toEqual({ problem: expect.stringContaining(problem) });
  });

  it('any text ends in words or in a reason', () => {
    const pieces = [
      'payload',
      '.a',
      '[',
      ']',
      '"',
      "'",
      '=',
      '>',
      ' ',
      ',',
      'in',
      'error',
      '/',
      '\\',
      '{',
      'type',
      '#1',
      'not',
      'exists',
      'message-header',
    ];
    let seed = 1;
    const next = (): string => pieces[(seed = (seed * 48_271) % 2_147_483_647) % pieces.length]!;
    for (let round = 0; round < 5000; round++) {
      const text = Array.from({ length: 8 }, next).join('');
      const found = parseUnitFilter(text);
      if ('rest' in found) expect(found.rest).toHaveLength(text.length);
    }
  });
});
