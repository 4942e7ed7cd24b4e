import { describe, expect, it } from 'vitest';
import { NO_SEARCH, wantedQueries, writtenAs } from '../../../src/webview/search/searchOptions.ts';

const text = { pattern: 'tick', mode: 'plain', caseSensitive: false };

describe('wantedQueries', () => {
  it('makes no query without a filter or a search', () => {
    expect(wantedQueries(NO_SEARCH, '')).toEqual({ list: undefined, find: undefined });
    expect(wantedQueries({ ...NO_SEARCH, onlyMatches: true }, '')).toEqual({
      list: undefined,
      find: undefined,
    });
  });

  it('finds among all rows', () => {
    expect(wantedQueries(NO_SEARCH, 'tick')).toEqual({ list: undefined, find: { text } });
  });

  it('filters by direction and kinds; control means ping, pong and close', () => {
    const options = { ...NO_SEARCH, direction: 'in', kinds: ['binary', 'control'] } as const;
    const list = { directions: ['in'], kinds: ['binary', 'ping', 'pong', 'close'] };
    expect(wantedQueries(options, '')).toEqual({ list, find: undefined });
    expect(wantedQueries(options, 'tick')).toEqual({ list, find: { ...list, text } });
  });

  it('makes one query of both if only matches are shown', () => {
    const { list, find } = wantedQueries({ ...NO_SEARCH, kinds: ['text'], onlyMatches: true }, 'tick');
    expect(list).toBe(find);
    expect(list).toEqual({ kinds: ['text'], text });
  });

  it('passes on the mode of the text', () => {
    const options = { ...NO_SEARCH, mode: 'regex', caseSensitive: true } as const;
    expect(wantedQueries(options, 'a+').find).toEqual({
      text: { pattern: 'a+', mode: 'regex', caseSensitive: true },
    });
  });

  it('searches in decoded messages; another protocol makes it another search', () => {
    const options = { ...NO_SEARCH, decoded: true } as const;
    expect(wantedQueries(options, 'tick').find).toEqual({ text, decoded: true });
    expect(wantedQueries(options, 'tick', 'ocpp')).toEqual({
      list: undefined,
      find: { text, decoded: true, protocol: 'ocpp' },
    });
    expect(wantedQueries(options, '', 'ocpp')).toEqual({ list: undefined, find: undefined });
  });

  it('filters by units while a protocol is known', () => {
    const options = { ...NO_SEARCH, types: ['call'], names: ['chat', ''] } as const;
    const list = { units: { types: ['call'], names: ['chat', ''] }, protocol: 'ocpp' };
    expect(wantedQueries(options, '', 'ocpp')).toEqual({ list, find: undefined });
    expect(wantedQueries({ ...options, direction: 'in' }, 'tick', 'ocpp').find).toEqual({
      ...list,
      directions: ['in'],
      text,
    });
    expect(wantedQueries({ ...options, types: [] }, '', 'ocpp').list?.units).toEqual({ names: ['chat', ''] });
    const operation = { ...NO_SEARCH, operation: 0 };
    expect(wantedQueries(operation, '', 'ocpp').list).toEqual({ units: { operation: 0 }, protocol: 'ocpp' });
    expect(wantedQueries(operation, '').list).toBeUndefined();
    expect(wantedQueries(options, '')).toEqual({ list: undefined, find: undefined });
  });

  it('folds while a protocol is known', () => {
    const options = { ...NO_SEARCH, folds: true };
    expect(wantedQueries(options, '', 'mqtt').list).toEqual({ folds: true, protocol: 'mqtt' });
    expect(wantedQueries(options, '').list).toBeUndefined();
  });

  it('distinguishes a filter from a search mode', () => {
    const options = { ...NO_SEARCH, mode: 'regex', onlyMatches: true } as const;
    expect(wantedQueries(options, '', 'mqtt').list).toBeUndefined();
    expect(wantedQueries({ ...NO_SEARCH, direction: 'out' }, '', 'mqtt').list).toEqual({
      directions: ['out'],
    });
  });
});

describe('a text that is found nowhere', () => {
  it.each([
    '$.type=="trade"',
    '  $.type == "trade"',
    '$["a b"] exists',
    'size > 1KiB',
    'size>3',
    'latency > 100ms',
    'latency<=1s',
    'kind == "close"',
    'text contains "x"',
    'text not contains "x"',
  ])('is written as a condition: %s', (text) => expect(writtenAs(text)).toBe('condition'));

  it.each(['$.type', "$['type']", '$..price', '$[?@.price > 10]', '$.', '$['])(
    'is written as a JSONPath: %s',
    (text) => expect(writtenAs(text)).toBe('jsonpath'),
  );

  it.each([
    '',
    'trade',
    '$',
    '$5.00',
    'US$.type',
    'size',
    'size of it',
    'sizes > 3',
    'my size > 3',
    'latency',
    'a == b',
    '{"size": 3}',
    '"$.type"',
  ])('is written as neither: %s', (text) => expect(writtenAs(text)).toBeUndefined());

  it('is judged at once, however long and nested it is', () => {
    expect(writtenAs(`$${'['.repeat(100_000)}`)).toBe('jsonpath');
    expect(writtenAs(`size ${'"'.repeat(100_001)}`)).toBeUndefined();
  });
});
