import { describe, expect, it } from 'vitest';
import {
  authorization,
  queryParameters,
  withAuthorization,
  replaceParameters,
} from '../../../src/webview/header/urlParameters.ts';

describe('the parameters of a URL', () => {
  it.each([
    'wss://h/p?a=1&b=%20x',
    'wss://h/p?a&b=',
    'wss://h/p?a=b=c#frag',
    'ws://h',
    'wss://h/{{path}}?t={{token}}',
  ])('are parsed and printed without a change: %s', (url) => {
    const again = replaceParameters(url, queryParameters(url));
    expect(queryParameters(again)).toEqual(queryParameters(url));
    expect(again.replace('?a=&', '?a&')).toBe(url);
  });

  it('are added, changed and removed', () => {
    expect(replaceParameters('wss://h/p', [['q', 'a b&c=d']])).toBe('wss://h/p?q=a%20b%26c=d');
    expect(replaceParameters('wss://h/p?q=1#x', [])).toBe('wss://h/p#x');
  });
});

describe('the token of the headers', () => {
  it('is read and written; without a token the header is removed', () => {
    expect(authorization([['authorization', 'Bearer abc']])).toBe('abc');
    expect(authorization([['Authorization', 'Basic me pw']])).toBe('Basic me pw');
    expect(authorization([])).toBe('');
    expect(withAuthorization([['Origin', 'x']], 'abc')).toEqual([
      ['Origin', 'x'],
      ['Authorization', 'Bearer abc'],
    ]);
    expect(withAuthorization([['authorization', 'Bearer abc']], 'Basic me pw')).toEqual([
      ['authorization', 'Basic me pw'],
    ]);
    expect(withAuthorization([['authorization', 'Bearer abc']], ' ')).toEqual([]);
  });
});
