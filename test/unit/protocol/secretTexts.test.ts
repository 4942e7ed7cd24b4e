import { describe, expect, it } from 'vitest';
import { secretTexts, withoutSecrets } from '../../../src/core/protocol/json/secretTexts.ts';

const masked = (text: string): string => withoutSecrets(text, '••••');

describe('credentials in JSON', () => {
  it('passes over a long string of brackets', () => {
    const text = JSON.stringify('['.repeat(1_000_000));
    expect(secretTexts(text)).toEqual([]);
  });

  it('finds more credentials than a call takes arguments', () => {
    const many = JSON.stringify(Array.from({ length: 200_000 }, () => ({ token: 'a' })));
    expect(secretTexts(JSON.stringify({ many })).length).toBe(200_000);
    const values = Array.from({ length: 200_000 }, () => '"value":"a"').join(',');
    expect(secretTexts(`{"key":"AuthorizationKey",${values}}`).length).toBe(200_000);
  });

  it.each([
    ['{"token": "canary"}', '{"token": "••••"}'],
    ['{"a":[{"access_token":"canary","n":1.0}]}', '{"a":[{"access_token":"••••","n":1.0}]}'],
    // OCPP 1.6 and 2.0.1, headers and cookies of CDP, ephemeral keys of OpenAI.
    ['{"key":"AuthorizationKey","value":"canary"}', '{"key":"AuthorizationKey","value":"••••"}'],
    ['{"value":"canary","name":"sessionToken"}', '{"value":"••••","name":"sessionToken"}'],
    [
      '{"attributeValue":"canary","component":{"name":"SecurityCtrlr"},"variable":{"name":"BasicAuthPassword"}}',
      '{"attributeValue":"••••","component":{"name":"SecurityCtrlr"},"variable":{"name":"BasicAuthPassword"}}',
    ],
    [
      '{"client_secret":{"value":"canary","expires_at":1}}',
      '{"client_secret":{"value":"••••","expires_at":1}}',
    ],
    ['{"tokens":["canary",["canary"]]}', '{"tokens":["••••",["••••"]]}'],
    // Members that occur twice, keys that an object would reorder, and escapes.
    ['{"token":"canary","token":"canary"}', '{"token":"••••","token":"••••"}'],
    ['{"token":"canary","1":{"token":"canary"}}', '{"token":"••••","1":{"token":"••••"}}'],
    [String.raw`{"password":"can\"ary\\","n":1}`, '{"password":"••••","n":1}'],
    [
      String.raw`{"identifier":"{\"channel\":\"C\",\"token\":\"canary\"}","n":1}`,
      String.raw`{"identifier":"{\"channel\":\"C\",\"token\":\"••••\"}","n":1}`,
    ],
    [String.raw`"{\"tok\u0065n\":\"canary\"}"`, String.raw`"{\"tok\u0065n\":\"••••\"}"`],
    // Text that holds JSON, and JSON that is cut off.
    ['40/admin,{"token":"canary"}', '40/admin,{"token":"••••"}'],
    ['42["login",{"password":"canary"}]', '42["login",{"password":"••••"}]'],
    ['{"token":"cana', '{"token":"••••'],
    ['{"key":"AuthorizationKey","value":"cana', '{"key":"AuthorizationKey","value":"••••'],
  ])('of %s are masked', (text, shown) => {
    expect(masked(text)).toBe(shown);
  });

  it.each([
    '{"user":"ann","key":"price","value":"12","tokens":3,"token":"","code":"a","session":"b"}',
    '{"event":"token","name":"chat","data":["hello"]}',
    '"token"',
    'token: x',
    '{"token":{"kind":"word"}}',
    ']}:,"',
    '',
  ])('are not found in %s', (text) => {
    expect(masked(text)).toBe(text);
  });

  it('have the name of their member', () => {
    const text = '{"a":{"password":"x"},"set":[{"key":"AuthorizationKey","value":"y"}]}';
    expect(secretTexts(text).map(({ start, end, name }) => [text.slice(start, end), name])).toEqual([
      ['x', 'password'],
      ['y', 'AuthorizationKey'],
    ]);
  });
});
