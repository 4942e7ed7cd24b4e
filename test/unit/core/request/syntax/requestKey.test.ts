import { expect, test } from 'vitest';
import { analyzeRequestFile } from '../../../../../src/core/request/plan/checkRequestFile.ts';
import { requestKey } from '../../../../../src/core/request/syntax/requestKey.ts';

test('a request is found by its name where it is the only one of that name, else by its place', () => {
  const named = (name: string): string => `### ${name}\nWEBSOCKET ws://h\n\n`;
  const file = analyzeRequestFile(['one', 'two', 'two', '', '__proto__', '1'].map(named).join(''));
  expect(file.requests.map((request) => requestKey(file, request))).toEqual([
    'one',
    1,
    2,
    3,
    '__proto__',
    '1',
  ]);
});
