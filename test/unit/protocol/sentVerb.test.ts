import { describe, expect, it } from 'vitest';
import type { ProtocolTable, TableTemplate } from '../../../src/core/protocol/table/protocolTable.ts';
import { sentVerb } from '../../../src/core/protocol/table/sentVerb.ts';

function tableOf(...messages: readonly TableTemplate[]): ProtocolTable {
  return {
    ...{ id: 'x', title: 'X', about: '', specification: '', detect: {}, rules: [] },
    verbs: messages.map((message, index) => ({
      ...{ name: `verb${index}`, about: '', sample: { line: '' }, message },
    })),
  };
}

/** The holes of the only verb; undefined if the message does not have its form. */
function holes(template: TableTemplate, value: unknown): Record<string, string> | undefined {
  const found = sentVerb(tableOf(template), value);
  return found && Object.fromEntries(found.holes);
}

describe('the holes of a message', () => {
  it.each<[TableTemplate, unknown, Record<string, string>]>([
    ['<body>', { a: [1] }, { body: '{"a":[1]}' }],
    [[1, '<id>', '<argument topic>'], [1, 7, 'a'], { id: '7', 'argument topic': '"a"' }],
    [[1, '<body array>', '<body object>'], [1, [2]], { 'body array': '[2]' }],
    [
      { op: 'sub', channel: '<argument channel>' },
      { op: 'sub', channel: 'c' },
      { 'argument channel': '"c"' },
    ],
    [{ op: 'sub', params: '<body>' }, { op: 'sub' }, {}],
    [{ op: 'sub', '...': '<body>' }, { op: 'sub', a: 1, b: 2 }, { body: '{"a":1,"b":2}' }],
    [{ id: { $json: { channel: '<argument c>' } } }, { id: '{"channel":"x"}' }, { 'argument c': '"x"' }],
    [['<id>', '<id>'], ['4', '4'], { id: '"4"' }],
    [[null, true, 1.5], [null, true, 1.5], {}],
  ])('%j in %j', (template, value, expected) => {
    expect(holes(template, value)).toEqual(expected);
  });

  it.each<[TableTemplate, unknown]>([
    [
      [1, '<id>'],
      [2, 7],
    ],
    [[1, '<id>'], [1]],
    [[1], [1, 2]],
    [[1], { 0: 1 }],
    [{ op: 'sub' }, [1]],
    [{ op: 'sub' }, null],
    [{ op: 'sub' }, { op: 'sub', more: 1 }],
    [{ op: 'sub', channel: 'c' }, { op: 'sub' }],
    [{ id: '<id>' }, {}],
    [
      ['<id>', '<id>'],
      ['4', '5'],
    ],
    [{ $json: { a: 1 } }, { a: 1 }],
    [{ $json: { a: 1 } }, '{"a":'],
    [{ op: 'sub' }, { __proto__: null, toString: 1, op: 'other' }],
    ['text', 'other'],
    [1, '1'],
  ])('%j are not in %j', (template, value) => {
    expect(holes(template, value)).toBeUndefined();
  });
});

describe('the verb of a message', () => {
  it('is the first whose form it has', () => {
    const table = tableOf({ m: '<argument m>', id: '<id>' }, { m: '<argument m>' });
    expect(sentVerb(table, { m: 'a', id: 1 })?.verb.name).toBe('verb0');
    expect(sentVerb(table, { m: 'a' })?.verb.name).toBe('verb1');
    expect(sentVerb(table, { n: 'a' })).toBeUndefined();
  });

  it('is none in a table without verbs', () => {
    expect(sentVerb({ ...tableOf(), verbs: undefined } as never, {})).toBeUndefined();
  });
});
