import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  columnSteps,
  columnValues,
  MAX_COLUMN_PAYLOAD,
} from '../../../src/core/protocol/json/columnValue.ts';
import type { ColumnMessage } from '../../../src/core/protocol/json/columnValue.ts';
import { isColumnPath } from '../../../src/core/protocol/json/singularPath.ts';
import type { ColumnValue } from '../../../src/shared/timelineProtocol.ts';

const message = (payload: string | Uint8Array, change: Partial<ColumnMessage> = {}): ColumnMessage => {
  const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
  return { kind: 'text', size: bytes.length, stored: bytes.length, payload: () => bytes, ...change };
};

const values = (payload: string | Uint8Array, ...paths: string[]): ColumnValue[] =>
  columnValues(message(payload), paths.map(columnSteps));

const texts = (payload: string | Uint8Array, ...paths: string[]): string[] =>
  values(payload, ...paths).map(({ text }) => text);

describe('columnValues', () => {
  it('returns the value at each path, with unchanged numbers and strings without quotes', () => {
    const trade = '{"type":"trade","price":1.0,"id":12345678901234567890,"ok":true,"none":null,"e":1E3}';
    expect(texts(trade, '$.type', '$.price', '$.id', '$.ok', '$.none', '$.e', '$.absent')).toEqual([
      ...['trade', '1.0', '12345678901234567890', 'true', 'null', '1E3', ''],
    ]);
  });

  it('goes into objects and arrays', () => {
    const order = '{"items":[{"unit price":2},{"unit price":3}],"a":{"b":{"c":"deep"}}}';
    expect(texts(order, '$.items[1]["unit price"]', "$['a'].b['c']", '$.items[2]', '$.a.b.x')).toEqual([
      ...['3', 'deep', '', ''],
    ]);
  });

  it('shows objects and arrays on one line', () => {
    expect(texts('{"a": {\n  "b": [1,\n\t2]\n}}', '$.a')).toEqual(['{ "b": [1, 2] }']);
  });

  it('distinguishes an empty string from no value', () => {
    expect(texts('{"a":""}', '$.a', '$.b')).toEqual(['""', '']);
  });

  it('uses the last of duplicate members, like JSON.parse', () => {
    expect(texts('{"a":1,"a":2}', '$.a')).toEqual(['2']);
  });

  it('makes hidden characters visible, and cuts long values', () => {
    expect(texts('{"a":"x\\u202Ey\\nz"}', '$.a')).toEqual(['x‹U+202E›y↵z']);
    const [text = ''] = texts(JSON.stringify({ a: '😀'.repeat(5_000) }), '$.a');
    expect([...text].length).toBe(256);
    const [list = ''] = texts(JSON.stringify({ a: Array.from({ length: 9_000 }, () => 1) }), '$.a');
    expect(list.length).toBe(256);
  });

  it('reads JSON of binary messages too', () => {
    expect(columnValues(message('{"a":1}', { kind: 'binary' }), [columnSteps('$.a')])).toEqual([
      { text: '1' },
    ]);
  });

  it.each([
    ['text', 'hello'],
    ['cut JSON', '{"a":1'],
    ['another value', '"a"'],
    ['nothing', ''],
    ['bytes', Uint8Array.of(0, 0xff, 0xfe)],
    ['invalid UTF-8 in a string', Uint8Array.of(0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d)],
  ])('returns nothing for %s', (_, payload) => {
    expect(values(payload, '$.a', '$[0]')).toEqual([{ text: '' }, { text: '' }]);
  });

  it.each(['open', 'ping', 'pong', 'close', 'error', 'note'] as const)(
    'does not read a row of kind %s',
    (kind) => {
      const payload = vi.fn(() => new TextEncoder().encode('{"code":1}'));
      expect(columnValues(message('', { kind, payload }), [columnSteps('$.code')])).toEqual([{ text: '' }]);
      expect(payload).not.toHaveBeenCalled();
    },
  );

  it('does not read large or truncated messages, and says so', () => {
    const payload = vi.fn(() => new Uint8Array());
    const large = message('', { payload, size: MAX_COLUMN_PAYLOAD + 1, stored: MAX_COLUMN_PAYLOAD + 1 });
    const cut = message('', { payload, size: 10, stored: 9 });
    const columns = ['$.a', '$.b'].map(columnSteps);
    expect(columnValues(large, columns)).toEqual([
      { text: '', skipped: 'large' },
      { text: '', skipped: 'large' },
    ]);
    expect(columnValues(cut, columns)[1]).toEqual({ text: '', skipped: 'incomplete' });
    expect(payload).not.toHaveBeenCalled();
  });

  it('says that deep nesting is not read, without overflowing', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(values(deep, '$[0]')).toEqual([{ text: '', skipped: 'large' }]);
  });

  it('reads the members of any object as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (members) => {
        const names = Object.keys(members).filter((name) => !/["\\\u0000-\u001f]/.test(name));
        const found = texts(JSON.stringify(members), ...names.map((name) => `$["${name}"]`));
        expect(found).toEqual(names.map((name) => String(members[name])));
      }),
      { numRuns: 100 },
    );
  });
});

describe('the path of a column', () => {
  it.each(['$.a', '$[0]', '$["a b"]', "$['a'][1].b", '$.größe', '$.__proto__'])('may be %s', (path) => {
    expect(isColumnPath(path)).toBe(true);
    expect(columnSteps(path).length).toBeGreaterThan(0);
  });

  it.each([
    ...[
      '',
      '$',
      'a',
      '.a',
      '$.',
      '$..a',
      '$.*',
      '$[*]',
      '$[0:2]',
      '$[-1]',
      '$[?@.a]',
      '$.a b',
      '$.a[',
      '$[0',
    ],
    ...['$[0,1]', `$.${'a'.repeat(1_000)}`, '$.a\n', '${a}', '$.a)) || true', '$["a'],
  ])('cannot be %j, and says so', (path) => {
    expect(isColumnPath(path)).toBe(false);
    expect(() => columnSteps(path)).toThrow(/is not a path to one value, as in \$\.type/);
  });

  it.each([undefined, null, 7, {}, ['$.a']])('is a text, not %j', (path) => {
    expect(isColumnPath(path)).toBe(false);
  });
});
