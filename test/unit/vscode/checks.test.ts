import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { MAX_LINE_CHARS, MAX_PULL } from '../../../src/shared/limits.ts';
import { MAX_COLUMN_PATH, MAX_COLUMNS } from '../../../src/shared/timelineProtocol.ts';
import { UNIT_TYPES } from '../../../src/shared/units.ts';
import {
  checkBytes,
  checkCallQuery,
  checkCopyFormat,
  checkCount,
  checkDraft,
  checkIndex,
  checkInterval,
  checkLine,
  checkName,
  checkPairs,
  checkPaths,
  checkQuery,
  checkRows,
  checkTimes,
  checkView,
  typedMessage,
} from '../../../src/vscode/panel/checks.ts';

/** Values that a page with foreign code could send as any argument. */
const HOSTILE: readonly unknown[] = [
  ...[null, true, Number.NaN, Number.POSITIVE_INFINITY, -1, 1.5, 2 ** 53, '1', 10n, Symbol('x')],
  ...[{}, [], [[]], { length: 1 }, new Map(), () => 0, { toString: () => 'text' }, { valueOf: () => 1 }],
  ...[JSON.parse('{"__proto__":{"mode":"text","text":"x"}}'), new Proxy({}, { get: () => ({}) })],
];

const refuses = (check: (value: unknown) => unknown, values: readonly unknown[]): void => {
  for (const value of values)
    expect(() => check(value), inspect(value)).toThrow(
      expect.objectContaining({
        code: 'call.invalid',
        message: expect.stringMatching(/^The panel sent .* that is not valid: close it/) as string,
      }),
    );
};

const without = (...allowed: unknown[]): unknown[] => HOSTILE.filter((value) => !allowed.includes(value));

describe('a number of the page', () => {
  it.each([
    ['a position', checkIndex, [0, 1, 2 ** 53 - 1]],
    ['a count', checkCount, [0, MAX_PULL]],
    ['a number of messages', checkTimes, [1, 1_000_000]],
    ['a pause', checkInterval, [0, 0.5, 86_400_000]],
  ])('is accepted as %s within its limits', (_, check, values) => {
    for (const value of values) expect(check(value)).toBe(value);
  });

  it.each<[string, (value: unknown) => unknown, unknown[]]>([
    ['a position', checkIndex, [undefined]],
    ['a count', checkCount, [undefined, MAX_PULL + 1]],
    ['a number of messages', checkTimes, [undefined, 0, 1_000_001]],
  ])('is refused as %s for everything else', (_, check, more) => {
    refuses(check, [...HOSTILE, ...more]);
  });

  it('is refused as a pause that is negative, longer than a day or no number', () => {
    refuses(checkInterval, [...without(1.5, 2 ** 53), 86_400_001, Number.NEGATIVE_INFINITY]);
  });
});

describe('a text of the page', () => {
  it('may name a document or a search in 1 to 100 characters', () => {
    expect(checkName('x')).toBe('x');
    expect(checkName('x'.repeat(100))).toHaveLength(100);
    refuses(checkName, [...without('1'), '', 'x'.repeat(101)]);
  });

  it('may be a line of limited length', () => {
    expect(checkLine('')).toBe('');
    expect(checkLine('x'.repeat(MAX_LINE_CHARS))).toHaveLength(MAX_LINE_CHARS);
    refuses(checkLine, [...without('1'), 'x'.repeat(MAX_LINE_CHARS + 1)]);
  });

  it('may be one of the known views and formats only', () => {
    expect(['pretty', 'raw', 'hex'].map(checkView)).toEqual(['pretty', 'raw', 'hex']);
    refuses(checkView, [...HOSTILE, '', 'Pretty', 'toString', 'constructor']);
    refuses(checkCopyFormat, [...HOSTILE, '', 'constructor', '__proto__']);
  });
});

describe('bytes of the page', () => {
  it('are a Uint8Array, and no object that looks like one', () => {
    const bytes = Uint8Array.of(1);
    expect(checkBytes(bytes)).toBe(bytes);
    refuses(checkBytes, [
      ...HOSTILE,
      [1, 2],
      new ArrayBuffer(1),
      new DataView(new ArrayBuffer(1)),
      new Uint16Array(1),
    ]);
  });
});

describe('a draft of the page', () => {
  const VERB = { protocol: 'mqtt', name: 'publish', arguments: ['a'], options: {}, beside: [], headers: [] };

  it('has only the members that are known', () => {
    expect(checkDraft({ mode: 'text', text: 'a', asIs: true, evil: 1 })).toEqual({
      ...{ mode: 'text', text: 'a', asIs: true },
    });
    expect(checkDraft({ mode: 'json', text: '1', asIs: 'yes', encode: 'cbor' })).toEqual({
      ...{ mode: 'json', text: '1', encode: 'cbor' },
    });
  });

  it('is refused without a known mode and a text', () => {
    refuses(checkDraft, [
      ...HOSTILE,
      ...[undefined, { mode: 'text' }, { text: 'a' }, { mode: 'TEXT', text: 'a' }],
      ...[
        { mode: 'text', text: 1 },
        { mode: 'toString', text: 'a' },
      ],
    ]);
  });

  it('is refused with an unknown format', () => {
    refuses(
      (encode) => checkDraft({ mode: 'text', text: 'a', encode }),
      [...HOSTILE, '', 'protobuf', 'constructor'],
    );
  });

  it('may have a verb, of which each part is checked', () => {
    const verb = {
      ...VERB,
      options: { qos: '1', retain: '' },
      headers: [['a', 'b'], ['c'], []],
    };
    expect(checkDraft({ mode: 'text', text: '', verb }).verb).toEqual({
      ...VERB,
      options: { qos: '1', retain: '' },
      headers: [
        ['a', 'b'],
        ['c', ''],
        ['', ''],
      ],
    });
  });

  it.each<[string, object]>([
    ['no protocol', { protocol: undefined }],
    ['an empty name', { name: '' }],
    ['a name that is too long', { name: 'x'.repeat(101) }],
    ['arguments that are no list', { arguments: 'ab' }],
    ['an argument that is no text', { arguments: [1] }],
    ['more than 100 arguments', { arguments: Array.from({ length: 101 }, () => 'a') }],
    ['an argument that is too long', { arguments: ['x'.repeat(MAX_LINE_CHARS + 1)] }],
    ['no options', { options: undefined }],
    ['options that are null', { options: null }],
    ['an option whose value is no text', { options: { qos: 1 } }],
    ['verbs beside it that are no list', { beside: {} }],
    ['headers that are no list', { headers: {} }],
    ['a header that is no pair', { headers: ['ab'] }],
    ['a header whose value is no text', { headers: [['a', {}]] }],
  ])('is refused with a verb that has %s', (_, change) => {
    refuses((verb) => checkDraft({ mode: 'text', text: '', verb }), [{ ...VERB, ...change }]);
  });

  it('keeps an option named like a member of every object as its own', () => {
    const options = JSON.parse('{"__proto__":"x","constructor":"y"}') as object;
    const checked = checkDraft({ mode: 'text', text: '', verb: { ...VERB, options } }).verb!.options;
    expect(Object.entries(checked)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(Object.getPrototypeOf(checked)).toBe(Object.prototype);
  });
});

describe('a query of the page', () => {
  it('has only the members that are known and set', () => {
    expect(checkQuery(undefined)).toEqual({});
    expect(checkQuery({ decoded: 'yes', folds: 1, evil: true })).toEqual({});
    const query = {
      ...{ directions: ['in'], kinds: ['text', 'binary'], decoded: true, folds: true },
      ...{ text: { pattern: '(', mode: 'regex', caseSensitive: false }, protocol: 'mqtt' },
      units: { types: ['call'], names: ['a'], operation: 0 },
    };
    expect(checkQuery(query)).toEqual(query);
  });

  it.each<[string, object]>([
    ['an unknown direction', { directions: ['up'] }],
    ['directions that are no list', { directions: 'in' }],
    ['more directions than there are', { directions: ['in', 'in', 'in', 'in'] }],
    ['an unknown kind', { kinds: ['text', 'constructor'] }],
    ['a text that is none', { text: 'abc' }],
    ['a text without a mode', { text: { pattern: 'a', caseSensitive: true } }],
    ['a text of an unknown mode', { text: { pattern: 'a', mode: 'sql', caseSensitive: true } }],
    ['a text whose case is not said', { text: { pattern: 'a', mode: 'plain' } }],
    ['a pattern that is no text', { text: { pattern: /a/, mode: 'regex', caseSensitive: true } }],
    ['an unknown type of unit', { units: { types: ['event', 'x'] } }],
    [
      'more types than there are',
      { units: { types: Array.from({ length: UNIT_TYPES.length + 1 }, () => 'event') } },
    ],
    ['a name that is no text', { units: { names: [1] } }],
    ['an operation that is no row', { units: { operation: -1 } }],
    ['an operation that is a text', { units: { operation: '1' } }],
    ['names that are no list', { units: { names: 'a' } }],
    ['more than 100 names', { units: { names: Array.from({ length: 101 }, () => 'a') } }],
    ['a name that is too long', { units: { names: ['x'.repeat(MAX_LINE_CHARS + 1)] } }],
    ['a protocol without a name', { protocol: '' }],
  ])('is refused with %s', (_, query) => {
    refuses(checkQuery, [query]);
  });
});

describe('paths of the page', () => {
  it('pair calls as two texts or not at all', () => {
    expect(checkPairs(undefined)).toBeUndefined();
    expect(checkPairs(null)).toBeUndefined();
    expect(checkPairs({ call: '$.a', reply: '$.b', more: 1 })).toEqual({ call: '$.a', reply: '$.b' });
    refuses(checkPairs, [
      ...without(null),
      ...[{ call: '$.a' }, { call: '$.a', reply: 1 }, { call: 'x'.repeat(1_001), reply: '' }],
    ]);
  });

  it('are at most as many columns as there is room for', () => {
    const paths = Array.from({ length: MAX_COLUMNS }, (_, index) => `$.a${index}`);
    expect(checkPaths(paths)).toEqual(paths);
    expect(checkPaths([])).toEqual([]);
    refuses(checkPaths, [
      [...paths, '$.b'],
      ['x'.repeat(MAX_COLUMN_PATH + 1)],
      [1],
      undefined,
      'a',
      { 0: '$' },
    ]);
  });

  it('select calls together with a name', () => {
    expect(checkCallQuery(undefined)).toEqual({ unanswered: false });
    expect(checkCallQuery({ unanswered: 'yes', name: '' })).toEqual({ name: '', unanswered: false });
    expect(checkCallQuery({ unanswered: true, pairs: { call: 'a', reply: 'b' } })).toEqual({
      ...{ unanswered: true, pairs: { call: 'a', reply: 'b' } },
    });
    refuses(checkCallQuery, [{ name: 1 }, { name: {} }, { pairs: 'a' }]);
  });
});

describe('rows of the page', () => {
  it('are as many numbers as one pull may have', () => {
    expect(checkRows([3, 1])).toEqual([3, 1]);
    expect(checkRows(Array.from({ length: MAX_PULL }, () => 0))).toHaveLength(MAX_PULL);
    refuses(checkRows, [
      Array.from({ length: MAX_PULL + 1 }, () => 0),
      [-1],
      [1.5],
      ['1'],
      [undefined],
      {},
      undefined,
    ]);
  });
});

describe('a typed message', () => {
  it('becomes the bytes that are sent', () => {
    expect(typedMessage('hex', 'ff 00')).toEqual({ kind: 'binary', data: Uint8Array.of(255, 0) });
    expect(typedMessage('text', 'ä')).toEqual({ kind: 'text', data: new TextEncoder().encode('ä') });
  });

  it.each([
    ['hex', 'f'],
    ['base64', '='],
    ['text', '\ud800'],
  ] as const)('is refused in mode %s if it cannot be sent: %j', (mode, text) => {
    expect(() => typedMessage(mode, text)).toThrow(expect.objectContaining({ code: 'call.invalid' }));
  });
});
